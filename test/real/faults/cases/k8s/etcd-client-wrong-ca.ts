import { kubeadmTree } from "../../lab/kubeadm-tree.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "k8s.etcd-client-wrong-ca",
  title: "apiserver-etcd-client.crt comes from the CA of the cluster",
  async build(lab) {
    const ca = lab.ca("CN=kubernetes");
    const { root, path } = kubeadmTree(lab, { ca, issuers: { "etcd-client": ca } });
    return {
      args: [root],
      text: [path("pki/apiserver-etcd-client.crt"), "CN=kubernetes", "CN=etcd-ca"],
      fix: [path("pki/apiserver-etcd-client.crt"), path("pki/etcd/ca.crt")],
    };
  },
});
