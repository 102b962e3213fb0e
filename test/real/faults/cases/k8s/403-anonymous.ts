import { inBase64, kubeconfig, sharedKubernetes } from "../../lab/kubernetes.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "k8s.403-anonymous",
  title: "the kubeconfig's user has no credentials: kubectl asks for a user name",
  side: "client",
  needs: ["kubernetes", "etcd"],
  async build(lab) {
    const cluster = await sharedKubernetes();
    const file = kubeconfig(lab, "admin.conf", {
      server: `https://127.0.0.1:${cluster.port}`,
      cluster: { "certificate-authority-data": inBase64(cluster.caFile) },
    });
    return { args: [file], text: ["system:anonymous", file], fix: [file], also: [] };
  },
});
