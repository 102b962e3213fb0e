import { opensslCa, opensslLeaf } from "../../lab/openssl-certificates.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "a P-521 certificate",
  needs: ["openssl"],
  async build(lab) {
    const { ca, caKey } = opensslCa(lab, "ca", "/CN=lab-ca");
    const { cert, key } = opensslLeaf(lab, "server", {
      ca,
      caKey,
      subject: "/CN=server",
      extensions: "subjectAltName=IP:127.0.0.1",
      newkey: ["ec", "-pkeyopt", "ec_paramgen_curve:P-521"],
    });
    const { port } = await lab.openssl({ "-cert": cert, "-key": key, "-serverpref": "" });
    return {
      args: [`127.0.0.1:${port}`, "--ca", ca],
      also: [],
    };
  },
});
