import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "the client sends its intermediate",
  needs: ["openssl"],
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const server = lab.pair("server", lab.server(["127.0.0.1"], ca));
    const caFile = lab.certificates("ca.crt", ca);
    const inter = lab.ca("CN=lab-intermediate", { issuer: ca });
    const client = lab.pair("tls", lab.client("web", inter), inter);
    const { port } = await lab.openssl({
      "-cert": server.cert,
      "-key": server.key,
      "-CAfile": caFile,
      "-Verify": "3",
      "-verify_return_error": "",
    });
    return {
      args: [`127.0.0.1:${port}`, "--ca", caFile, "--cert", client.cert, "--key", client.key],
    };
  },
});
