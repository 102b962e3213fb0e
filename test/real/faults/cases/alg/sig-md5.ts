import { opensslCa, opensslLeaf } from "../../lab/openssl-certificates.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "alg.sig-md5",
  title: "the server's certificate is signed with MD5",
  needs: ["openssl"],
  async build(lab) {
    const { ca, caKey } = opensslCa(lab, "ca", "/CN=lab-ca");
    const { cert, key } = opensslLeaf(lab, "server", {
      ca,
      caKey,
      subject: "/CN=server",
      extensions: "subjectAltName=IP:127.0.0.1",
      digest: "md5",
    });
    const { port } = await lab.openssl({
      "-cert": cert,
      "-key": key,
      "-cipher": "ALL:@SECLEVEL=0",
    });
    return {
      args: [`127.0.0.1:${port}`, "--ca", ca],
      text: ["MD5"],
      fix: ["SHA-256"],
      also: [],
    };
  },
});
