import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "a JoinConfiguration that pins the key of the CA at hand",
  async build(lab) {
    const ca = lab.ca("CN=kubernetes");
    const join = lab.write(
      "join.yaml",
      [
        "apiVersion: kubeadm.k8s.io/v1beta4",
        "kind: JoinConfiguration",
        "discovery:",
        "  bootstrapToken:",
        "    apiServerEndpoint: 10.0.0.1:6443",
        "    token: abcdef.0123456789abcdef",
        "    caCertHashes:",
        `    - sha256:${ca.certificate.publicKey.id}`,
        "",
      ].join("\n"),
    );
    return { args: [join, "--ca", lab.certificates("ca.crt", ca)], also: [] };
  },
});
