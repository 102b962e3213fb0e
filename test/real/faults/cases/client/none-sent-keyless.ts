import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.none-sent",
  title: "a certificate without its key",
  needs: ["openssl"],
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const server = lab.pair("server", lab.server(["127.0.0.1"], ca));
    const caFile = lab.certificates("ca.crt", ca);
    const client = lab.pair("tls", lab.client("web", ca));
    const { port } = await lab.openssl({
      "-cert": server.cert,
      "-key": server.key,
      "-CAfile": caFile,
      "-Verify": "3",
      "-verify_return_error": "",
    });
    return {
      args: [`127.0.0.1:${port}`, "--ca", caFile, "--cert", client.cert],
      text: ["no key", client.cert],
      fix: ["--key"],
    };
  },
});
