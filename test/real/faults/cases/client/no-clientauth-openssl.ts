import { purpose } from "../../../../../src/core/x509/oids.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.no-clientauth",
  title: "OpenSSL answers with another alert than Go",
  needs: ["openssl"],
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const server = lab.pair("server", lab.server(["127.0.0.1"], ca));
    const caFile = lab.certificates("ca.crt", ca);
    const client = lab.pair(
      "tls",
      lab.client("web", ca, { extensions: { extendedKeyUsage: [purpose.serverAuth] } }),
    );
    const { port } = await lab.openssl({
      "-cert": server.cert,
      "-key": server.key,
      "-CAfile": caFile,
      "-Verify": "3",
      "-verify_return_error": "",
    });
    return {
      args: [`127.0.0.1:${port}`, "--ca", caFile, "--cert", client.cert, "--key", client.key],
      text: ["CN=web", "serverAuth"],
      evidence: ["unsupported_certificate"],
      fix: ["clientAuth", client.cert],
    };
  },
});
