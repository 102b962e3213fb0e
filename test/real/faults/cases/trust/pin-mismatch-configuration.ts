import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "trust.pin-mismatch",
  title: "a JoinConfiguration of the cluster before this one",
  side: "config",
  async build(lab) {
    const ca = lab.ca("CN=kubernetes");
    const file = lab.certificates("ca.crt", ca);
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
        `    - sha256:${"12".repeat(32)}`,
        "",
      ].join("\n"),
    );
    return {
      args: [join, "--ca", file],
      text: ["CN=kubernetes", file],
      fix: [`sha256:${ca.certificate.publicKey.id}`],
      evidence: [`${join}:8`],
      also: [],
    };
  },
});
