import { kubeadmTree } from "../../lab/kubeadm-tree.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "name.ip-missing",
  title: "the address in the kubeconfigs is not in apiserver.crt",
  async build(lab) {
    const { root } = kubeadmTree(lab, { names: ["kubernetes", "10.96.0.1"] });
    return { args: [root], text: ["10.20.0.10"], fix: ["10.20.0.10"] };
  },
});
