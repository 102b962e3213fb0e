import { rmSync } from "node:fs";
import { kubeadmTree } from "../../lab/kubeadm-tree.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "file.missing",
  title: "apiserver.key is not in the kubeadm tree",
  async build(lab) {
    const { root, path } = kubeadmTree(lab);
    rmSync(path("pki/apiserver.key"));
    return { args: [root], text: [path("pki/apiserver.key")], fix: ["--tls-private-key-file"] };
  },
});
