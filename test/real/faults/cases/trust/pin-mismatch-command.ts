import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "trust.pin-mismatch",
  title: "the join command of another cluster, beside this one's CA",
  side: "config",
  async build(lab) {
    const ca = lab.ca("CN=kubernetes");
    const file = lab.certificates("ca.crt", ca);
    const command = `kubeadm join 10.0.0.1:6443 --token abcdef.0123456789abcdef --discovery-token-ca-cert-hash sha256:${"12".repeat(32)}`;
    return {
      args: [command, "--ca", file],
      text: ["CN=kubernetes", file],
      fix: [`sha256:${ca.certificate.publicKey.id}`],
      also: [],
    };
  },
});
