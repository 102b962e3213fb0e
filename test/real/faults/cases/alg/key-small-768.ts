import { opensslCa, opensslLeaf } from "../../lab/openssl-certificates.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "alg.key-small",
  title: "RSA of 768 bits",
  needs: ["openssl"],
  async build(lab) {
    const { ca, caKey } = opensslCa(lab, "ca", "/CN=lab-ca");
    const { cert, key } = opensslLeaf(lab, "server", {
      ca,
      caKey,
      subject: "/CN=server",
      extensions: "subjectAltName=IP:127.0.0.1",
      newkey: ["rsa:768"],
    });
    const { port } = await lab.openssl({
      "-cert": cert,
      "-key": key,
      "-cipher": "ALL:@SECLEVEL=0",
    });
    return {
      args: [`127.0.0.1:${port}`, "--ca", ca],
      text: ["768"],
      fix: ["2048"],
      also: [],
    };
  },
});
