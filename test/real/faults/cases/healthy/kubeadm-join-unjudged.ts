import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "inconclusive",
  title: "a join command without a CA to hold its hash against",
  async build() {
    const command = `kubeadm join 10.0.0.1:6443 --discovery-token-ca-cert-hash sha256:${"12".repeat(32)}`;
    return { args: [command], fix: ["--ca", "/etc/kubernetes/pki/ca.crt"] };
  },
});
