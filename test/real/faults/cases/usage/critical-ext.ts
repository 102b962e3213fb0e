import { opensslCa, opensslLeaf } from "../../lab/openssl-certificates.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "usage.critical-ext",
  title: "an extension of somebody's own, marked critical",
  needs: ["openssl"],
  async build(lab) {
    const { ca, caKey } = opensslCa(lab, "ca", "/CN=lab-ca");
    const { cert, key } = opensslLeaf(lab, "server", {
      ca,
      caKey,
      subject: "/CN=server",
      extensions: "subjectAltName=IP:127.0.0.1\n1.3.6.1.4.1.99999.1=critical,ASN1:UTF8String:x",
    });
    const { port } = await lab.openssl({ "-cert": cert, "-key": key });
    return {
      args: [`127.0.0.1:${port}`, "--ca", ca],
      text: ["1.3.6.1.4.1.99999.1"],
      fix: ["1.3.6.1.4.1.99999.1"],
      also: [],
    };
  },
});
