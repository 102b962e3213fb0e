import {
  inBase64,
  kubeconfig,
  serviceAccountToken,
  sharedKubernetes,
} from "../../lab/kubernetes.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "k8s.401-token",
  title: "the token was signed by a key that the cluster has no more",
  side: "client",
  needs: ["kubernetes", "etcd"],
  async build(lab) {
    const cluster = await sharedKubernetes();
    const token = serviceAccountToken(lab.server(["sa"], cluster.ca), {});
    const file = kubeconfig(lab, "ci.conf", {
      server: `https://127.0.0.1:${cluster.port}`,
      cluster: { "certificate-authority-data": inBase64(cluster.caFile) },
      user: { token },
    });
    return {
      args: [file],
      text: [file, "401", "system:serviceaccount:default:default"],
      fix: [file, "kubectl create token default"],
      also: [],
    };
  },
});
