import {
  inBase64,
  kubeconfig,
  serviceAccountToken,
  sharedKubernetes,
} from "../../lab/kubernetes.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "k8s.401-token-aud",
  title: "the token was made for Vault",
  side: "client",
  needs: ["kubernetes", "etcd"],
  async build(lab) {
    const cluster = await sharedKubernetes();
    const token = serviceAccountToken(cluster.serviceAccounts, { aud: ["vault"] });
    const file = kubeconfig(lab, "ci.conf", {
      server: `https://127.0.0.1:${cluster.port}`,
      cluster: { "certificate-authority-data": inBase64(cluster.caFile) },
      user: { token },
    });
    return { args: [file], text: [file, '"vault"'], fix: [file, "--audience vault"], also: [] };
  },
});
