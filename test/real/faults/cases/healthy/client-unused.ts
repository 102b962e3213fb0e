import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "a client certificate is configured, and the server does not ask",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const client = lab.pair("tls", lab.client("web", ca));
    const caFile = lab.certificates("ca.crt", ca);
    const port = await lab.serves(lab.server(["127.0.0.1"], ca));
    return {
      args: [`127.0.0.1:${port}`, "--ca", caFile, "--cert", client.cert, "--key", client.key],
      also: ["client.unused"],
    };
  },
});
