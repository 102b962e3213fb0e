import { opensslCa, opensslLeaf } from "../../lab/openssl-certificates.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "alg.sigalg-mismatch",
  title: "a server that signs with SHA-1 only",
  needs: ["openssl"],
  async build(lab) {
    const { ca, caKey } = opensslCa(lab, "ca", "/CN=lab-ca");
    const { cert, key } = opensslLeaf(lab, "server", {
      ca,
      caKey,
      subject: "/CN=server",
      extensions: "subjectAltName=IP:127.0.0.1",
      newkey: ["rsa:2048"],
    });
    const { port } = await lab.openssl({
      "-cert": cert,
      "-key": key,
      "-sigalgs": "RSA+SHA1",
      "-tls1_2": "",
      "-cipher": "ALL:@SECLEVEL=0",
    });
    return {
      args: [`127.0.0.1:${port}`, "--ca", ca],
      text: ["signature algorithm"],
      fix: ["sigalgs"],
      also: [],
    };
  },
});
