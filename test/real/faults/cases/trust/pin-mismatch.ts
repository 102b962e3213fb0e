import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "trust.pin-mismatch",
  title: "kubeadm join with the hash of another cluster's CA",
  side: "config",
  async build(lab) {
    const root = lab.ca("CN=kubernetes");
    const ca = lab.certificates("ca.crt", root);
    return {
      args: ["--log", "-", "--ca", ca],
      stdin: `error execution phase preflight: couldn't validate the identity of the API Server: cluster CA found in cluster-info ConfigMap is invalid: none of the public keys "sha256:${"ab".repeat(32)}" are pinned\n`,
      text: ["CN=kubernetes", ca],
      fix: [`sha256:${root.certificate.publicKey.id}`, ca],
    };
  },
});
