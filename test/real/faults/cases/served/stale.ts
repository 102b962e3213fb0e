import { defineCase } from "../../lab/lab-case.ts";
import { day } from "../../lab/lab.ts";

export const labCase = defineCase({
  fault: "served.stale",
  title: "the file was renewed, the server not reloaded",
  side: "server",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const caFile = lab.certificates("ca.crt", ca);
    const before = lab.server(["127.0.0.1"], ca, {
      subject: "CN=etcd-1",
      notBefore: lab.now - 300 * day,
    });
    const port = await lab.serves(before);
    const { cert } = lab.pair("server", lab.server(["127.0.0.1"], ca, { subject: "CN=etcd-1" }));
    return {
      args: [`127.0.0.1:${port}`, "--ca", caFile, "--server-cert", cert],
      text: ["CN=etcd-1", cert],
      fix: [cert, `127.0.0.1:${port}`],
      also: [],
    };
  },
});
