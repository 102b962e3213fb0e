import { kubeconfig, serviceAccountToken, sharedKubernetes } from "../../lab/kubernetes.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "a token is not sent to a server that kubectl is told not to verify",
  needs: ["kubernetes", "etcd"],
  async build(lab) {
    const cluster = await sharedKubernetes();
    const file = kubeconfig(lab, "config", {
      server: `https://127.0.0.1:${cluster.port}`,
      cluster: { "insecure-skip-tls-verify": "true" },
      user: { token: serviceAccountToken(cluster.serviceAccounts) },
    });
    return {
      args: [file],
      evidence: ["told not to verify it", "a bearer token, which was not sent"],
      also: [],
    };
  },
});
