import { opensslCa, opensslLeaf } from "../../lab/openssl-certificates.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "alg.key-small",
  title: "the client's own key has 1024 bits, and OpenSSL's server wants more",
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
      newkey: ["rsa:1024"],
      extensions: "extendedKeyUsage=clientAuth",
    });
    const { port } = await lab.openssl({
      "-cert": server.cert,
      "-key": server.key,
      "-CAfile": ca,
      "-Verify": "3",
      "-verify_return_error": "",
      "-cipher": "DEFAULT@SECLEVEL=2",
    });
    return {
      args: [`127.0.0.1:${port}`, "--ca", ca, "--cert", client.cert, "--key", client.key],
      text: ["1024", client.cert],
      fix: ["2048", client.cert],
    };
  },
});
