import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.key-usage",
  title: "the client's certificate is for key encipherment only: Go accepts it, OpenSSL does not",
  needs: ["go"],
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const server = lab.pair("server", lab.server(["127.0.0.1"], ca));
    const caFile = lab.certificates("ca.crt", ca);
    const client = lab.pair(
      "tls",
      lab.client("web", ca, { extensions: { keyUsage: ["keyEncipherment"] } }),
    );
    const { port } = await lab.go(server.cert, server.key, caFile);
    return {
      args: [`127.0.0.1:${port}`, "--ca", caFile, "--cert", client.cert, "--key", client.key],
      text: ["CN=web", "digital signatures"],
      fix: ["digitalSignature", client.cert],
      also: [],
    };
  },
});
