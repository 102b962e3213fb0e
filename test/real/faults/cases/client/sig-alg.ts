import { opensslCa, opensslLeaf } from "../../lab/openssl-certificates.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.sig-alg",
  title: "the client's certificate is signed with SHA-1",
  needs: ["openssl"],
  async build(lab) {
    const { ca, caKey } = opensslCa(lab, "ca", "/CN=lab-ca");
    const server = opensslLeaf(lab, "server", {
      ca,
      caKey,
      subject: "/CN=server",
      extensions: "subjectAltName=IP:127.0.0.1",
    });
    const client = opensslLeaf(lab, "tls", {
      ca,
      caKey,
      subject: "/CN=web",
      digest: "sha1",
      extensions: "extendedKeyUsage=clientAuth",
    });
    const { port } = await lab.openssl({
      "-cert": server.cert,
      "-key": server.key,
      "-CAfile": ca,
      "-Verify": "3",
      "-verify_return_error": "",
    });
    return {
      args: [`127.0.0.1:${port}`, "--ca", ca, "--cert", client.cert, "--key", client.key],
      text: ["CN=web", "SHA-1", client.cert],
      fix: ["SHA-256", client.cert],
    };
  },
});
