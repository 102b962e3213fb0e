import { defineCase } from "../../lab/lab-case.ts";
import { hour } from "../../lab/lab.ts";

export const labCase = defineCase({
  fault: "time.served-stale",
  title: "a renewed certificate lies beside the CA file, the expired one is served",
  side: "server",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const old = lab.server(["127.0.0.1"], ca, { notAfter: lab.now - hour });
    const port = await lab.serves(old);
    const { cert } = lab.pair("server", lab.server(["127.0.0.1"], ca));
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      text: [cert, "expired"],
      fix: [cert, `127.0.0.1:${port}`],
      also: [],
    };
  },
});
