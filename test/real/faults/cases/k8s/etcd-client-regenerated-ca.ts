import { kubeadmTree } from "../../lab/kubeadm-tree.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "k8s.etcd-client-wrong-ca",
  title: "etcd CA was made anew: kube-apiserver has a certificate of the one before",
  async build(lab) {
    const old = lab.ca("CN=etcd-ca");
    const { root, path } = kubeadmTree(lab, { issuers: { "etcd-client": old } });
    return { args: [root], text: [path("pki/apiserver-etcd-client.crt"), "CN=etcd-ca"] };
  },
});
