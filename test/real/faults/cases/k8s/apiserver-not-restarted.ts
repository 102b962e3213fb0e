import { sharedKubernetes } from "../../lab/kubernetes.ts";
import { defineCase } from "../../lab/lab-case.ts";
import { kubeadmTree } from "../../lab/kubeadm-tree.ts";

export const labCase = defineCase({
  fault: "k8s.apiserver-not-restarted",
  title: "apiserver.crt was renewed, and the server still serves the one before",
  side: "server",
  needs: ["kubernetes", "etcd"],
  async build(lab) {
    const cluster = await sharedKubernetes();
    const server = `https://127.0.0.1:${cluster.port}`;
    const { root, path } = kubeadmTree(lab, {
      ca: cluster.ca,
      server,
      wishes: { apiserver: { subject: "CN=127.0.0.1" } },
    });
    return {
      args: [root],
      text: [`127.0.0.1:${cluster.port}`, path("pki/apiserver.crt")],
      fix: ["kube-apiserver.yaml", path("pki/apiserver.crt")],
    };
  },
});
