import { sharedKubernetes } from "../../lab/kubernetes.ts";
import { kubeadmTree } from "../../lab/kubeadm-tree.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "the kubeconfigs of a tree, tried on the API server that runs",
  needs: ["kubernetes", "etcd"],
  async build(lab) {
    const cluster = await sharedKubernetes();
    const { root } = kubeadmTree(lab, {
      ca: cluster.ca,
      server: `https://127.0.0.1:${cluster.port}`,
      flags: { "tls-cert-file": cluster.server.cert, "tls-private-key-file": cluster.server.key },
    });
    return { args: [root], also: [] };
  },
});
