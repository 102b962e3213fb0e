import { opensslCa, opensslLeaf } from "../../lab/openssl-certificates.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "alg.sig-sha1",
  title: "the server's certificate is signed with SHA-1",
  needs: ["openssl"],
  async build(lab) {
    const { ca, caKey } = opensslCa(lab, "ca", "/CN=lab-ca");
    const { cert, key } = opensslLeaf(lab, "server", {
      ca,
      caKey,
      subject: "/CN=server",
      extensions: "subjectAltName=IP:127.0.0.1",
      digest: "sha1",
    });
    const { port } = await lab.openssl({
      "-cert": cert,
      "-key": key,
      "-cipher": "ALL:@SECLEVEL=0",
    });
    return {
      args: [`127.0.0.1:${port}`, "--ca", ca],
      text: ["SHA-1", "CN=server"],
      fix: ["SHA-256"],
      also: [],
    };
  },
});
