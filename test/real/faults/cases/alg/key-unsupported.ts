import { opensslCa, opensslLeaf } from "../../lab/openssl-certificates.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "alg.key-unsupported",
  title: "a certificate for a brainpool curve",
  needs: ["openssl"],
  async build(lab) {
    const { ca, caKey } = opensslCa(lab, "ca", "/CN=lab-ca");
    const { cert, key } = opensslLeaf(lab, "server", {
      ca,
      caKey,
      subject: "/CN=server",
      extensions: "subjectAltName=IP:127.0.0.1",
      newkey: ["ec", "-pkeyopt", "ec_paramgen_curve:brainpoolP256r1"],
    });
    const { port } = await lab.openssl({
      "-cert": cert,
      "-key": key,
      "-curves": "brainpoolP256r1:P-256",
    });
    return {
      args: [`127.0.0.1:${port}`, "--ca", ca],
      text: ["brainpoolP256r1"],
      fix: ["P-256"],
      also: [],
    };
  },
});
