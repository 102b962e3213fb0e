import { kubeadmTree } from "../../lab/kubeadm-tree.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "k8s.sa-key-mismatch",
  title: "sa.pub was copied from another node, sa.key was not",
  async build(lab) {
    const { root, path } = kubeadmTree(lab, {
      serviceAccountPublic: lab.client("other", lab.ca("CN=other")),
    });
    return {
      args: [root],
      text: [path("pki/sa.key"), path("pki/sa.pub")],
      fix: [path("pki/sa.pub")],
    };
  },
});
