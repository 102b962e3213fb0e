import { kubeadmTree } from "../../lab/kubeadm-tree.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "file.key-cert-mismatch",
  title: "apiserver.key belongs to another certificate",
  async build(lab) {
    const { root, path } = kubeadmTree(lab);
    lab.privateKey("kubernetes/pki/apiserver.key", lab.client("other", lab.ca("CN=other")));
    return { args: [root], text: [path("pki/apiserver.key"), path("pki/apiserver.crt")] };
  },
});
