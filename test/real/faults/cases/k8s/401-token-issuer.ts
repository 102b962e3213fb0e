import {
  inBase64,
  kubeconfig,
  serviceAccountToken,
  sharedKubernetes,
} from "../../lab/kubernetes.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "k8s.401-token-issuer",
  title: "the token comes from an identity provider that the cluster does not know",
  side: "client",
  needs: ["kubernetes", "etcd"],
  async build(lab) {
    const cluster = await sharedKubernetes();
    const token = serviceAccountToken(cluster.serviceAccounts, { iss: "https://dex.corp.example" });
    const file = kubeconfig(lab, "ci.conf", {
      server: `https://127.0.0.1:${cluster.port}`,
      cluster: { "certificate-authority-data": inBase64(cluster.caFile) },
      user: { token },
    });
    return {
      args: [file],
      text: [file, "https://dex.corp.example"],
      fix: [file, "--service-account-issuer"],
      also: [],
    };
  },
});
