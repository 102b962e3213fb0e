import { day } from "../../lab/lab.ts";
import { kubeadmTree } from "../../lab/kubeadm-tree.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "time.leaf-expired",
  title: "apiserver.crt of a kubeadm tree ended three days ago",
  async build(lab) {
    const { root } = kubeadmTree(lab, {
      wishes: {
        apiserver: { notBefore: lab.now - 368 * day, notAfter: lab.now - 3 * day },
      },
    });
    return { args: [root], text: ["CN=kube-apiserver", "expired"] };
  },
});
