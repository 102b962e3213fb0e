import { kubeadmTree } from "../../lab/kubeadm-tree.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "a kubeadm tree whose API server does not run here",
  async build(lab) {
    const { root } = kubeadmTree(lab);
    return { args: [root], also: [] };
  },
});
