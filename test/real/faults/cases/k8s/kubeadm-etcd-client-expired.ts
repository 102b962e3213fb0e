import { day } from "../../lab/lab.ts";
import { kubeadmTree } from "../../lab/kubeadm-tree.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.expired",
  title: "the certificate of kube-apiserver for etcd ended three days ago",
  async build(lab) {
    const { root, path } = kubeadmTree(lab, {
      wishes: { "etcd-client": { notBefore: lab.now - 368 * day, notAfter: lab.now - 3 * day } },
    });
    return { args: [root], text: [path("pki/apiserver-etcd-client.crt")] };
  },
});
