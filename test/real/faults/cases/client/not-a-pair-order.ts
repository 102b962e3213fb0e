import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.not-a-pair-order",
  title: "the CA stands before the client's own certificate",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const inter = lab.ca("CN=lab-intermediate", { issuer: ca });
    const leaf = lab.client("web", inter);
    const cert = lab.certificates("tls.crt", inter, leaf);
    const key = lab.privateKey("tls.key", leaf);
    const port = await lab.serves(lab.server(["127.0.0.1"], ca));
    return {
      args: [
        `127.0.0.1:${port}`,
        "--ca",
        lab.certificates("ca.crt", ca),
        "--cert",
        cert,
        "--key",
        key,
      ],
      text: [cert, "CN=web", "CN=lab-intermediate"],
      fix: [cert, "CN=web"],
    };
  },
});
