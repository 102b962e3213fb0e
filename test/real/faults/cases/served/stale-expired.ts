import { defineCase } from "../../lab/lab-case.ts";
import { hour } from "../../lab/lab.ts";

export const labCase = defineCase({
  fault: "served.stale",
  title: "the served certificate has expired since, the file has a new one",
  side: "server",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const caFile = lab.certificates("ca.crt", ca);
    const port = await lab.serves(lab.server(["127.0.0.1"], ca, { notAfter: lab.now - hour }));
    const { cert } = lab.pair("server", lab.server(["127.0.0.1"], ca));
    return {
      args: [`127.0.0.1:${port}`, "--ca", caFile, "--server-cert", cert],
      text: [cert],
      fix: [cert],
      also: [],
    };
  },
});
