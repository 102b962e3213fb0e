import { kubeadmTree } from "../../lab/kubeadm-tree.ts";
import { day } from "../../lab/lab.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "k8s.kubelet-client-expired",
  title: "kubelet.conf holds a certificate whose time is over",
  async build(lab) {
    const { root, path } = kubeadmTree(lab, {
      wishes: { kubelet: { notBefore: lab.now - 400 * day, notAfter: lab.now - 3 * day } },
    });
    return {
      args: [root],
      text: [path("kubelet.conf"), "master-1"],
      fix: ["system:node:master-1"],
    };
  },
});
