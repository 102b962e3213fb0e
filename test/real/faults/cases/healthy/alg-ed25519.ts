import { opensslCa, opensslLeaf } from "../../lab/openssl-certificates.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "an Ed25519 certificate, and TLS 1.2 at most",
  needs: ["openssl"],
  async build(lab) {
    const { ca, caKey } = opensslCa(lab, "ca", "/CN=lab-ca");
    const { cert, key } = opensslLeaf(lab, "server", {
      ca,
      caKey,
      subject: "/CN=server",
      extensions: "subjectAltName=IP:127.0.0.1",
      newkey: ["ed25519"],
    });
    const { port } = await lab.openssl({ "-cert": cert, "-key": key, "-tls1_2": "" });
    return {
      args: [`127.0.0.1:${port}`, "--ca", ca],
      also: [],
    };
  },
});
