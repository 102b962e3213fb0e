import { day } from "../../lab/lab.ts";
import { kubeadmTree } from "../../lab/kubeadm-tree.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.expired",
  title: "the certificate in admin.conf ended three days ago",
  async build(lab) {
    const { root, path } = kubeadmTree(lab, {
      wishes: { admin: { notBefore: lab.now - 368 * day, notAfter: lab.now - 3 * day } },
    });
    return {
      args: [root],
      text: [path("admin.conf"), "CN=kubernetes-admin"],
      fix: [path("admin.conf")],
    };
  },
});
