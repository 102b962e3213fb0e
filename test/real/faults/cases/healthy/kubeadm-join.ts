import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "a join command that pins the key of the CA at hand",
  async build(lab) {
    const ca = lab.ca("CN=kubernetes");
    const command = `kubeadm join 10.0.0.1:6443 --token abcdef.0123456789abcdef \\\n\t--discovery-token-ca-cert-hash sha256:${ca.certificate.publicKey.id}`;
    return { args: [command, "--ca", lab.certificates("ca.crt", ca)], also: [] };
  },
});
