import { kubeadmTree } from "../../lab/kubeadm-tree.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "k8s.kubeconfig-stale-ca",
  title: "admin.conf has the CA of before",
  async build(lab) {
    const { root, path } = kubeadmTree(lab, { adminCa: lab.ca("CN=kubernetes") });
    return { args: [root], text: [path("admin.conf"), "CN=kubernetes"], fix: [path("admin.conf")] };
  },
});
