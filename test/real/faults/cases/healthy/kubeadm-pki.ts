import { kubeadmTree } from "../../lab/kubeadm-tree.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "the folder pki of a kubeadm tree: three CAs, each for its own",
  build: async (lab) => ({ args: [kubeadmTree(lab).path("pki")], also: [] }),
});
