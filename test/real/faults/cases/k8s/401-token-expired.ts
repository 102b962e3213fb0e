import {
  inBase64,
  kubeconfig,
  serviceAccountToken,
  sharedKubernetes,
} from "../../lab/kubernetes.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "k8s.401-token-expired",
  title: "the token ended an hour ago",
  side: "client",
  needs: ["kubernetes", "etcd"],
  async build(lab) {
    const cluster = await sharedKubernetes();
    const token = serviceAccountToken(cluster.serviceAccounts, {
      exp: Math.floor(lab.now / 1000) - 3600,
    });
    const file = kubeconfig(lab, "ci.conf", {
      server: `https://127.0.0.1:${cluster.port}`,
      cluster: { "certificate-authority-data": inBase64(cluster.caFile) },
      user: { token },
    });
    return {
      args: [file],
      text: [file, "expired", "system:serviceaccount:default:default"],
      fix: [file, "kubectl create token default -n default"],
      also: [],
    };
  },
});
