import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.ca-list-mismatch",
  title: "the server verifies with one file and names the CAs of another",
  needs: ["openssl"],
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const server = lab.pair("server", lab.server(["127.0.0.1"], ca));
    const caFile = lab.certificates("ca.crt", ca);
    const client = lab.pair("tls", lab.client("web", ca));
    const named = lab.certificates("named.crt", lab.ca("CN=former-ca"));
    const { port } = await lab.openssl({
      "-cert": server.cert,
      "-key": server.key,
      "-CAfile": named,
      "-verifyCAfile": caFile,
      "-Verify": "3",
      "-verify_return_error": "",
    });
    return {
      args: [`127.0.0.1:${port}`, "--ca", caFile, "--cert", client.cert, "--key", client.key],
      text: ["CN=former-ca", "CN=lab-ca", client.cert],
      fix: ["CN=lab-ca", client.cert],
      also: [],
    };
  },
});
