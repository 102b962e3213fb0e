import { inBase64, kubeconfig, sharedKubernetes } from "../../lab/kubernetes.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "an ordinary user's kubeconfig: few rights are no fault",
  needs: ["kubernetes", "etcd"],
  async build(lab) {
    const cluster = await sharedKubernetes();
    const { cert, key } = lab.pair("bob", lab.client("bob", cluster.ca));
    const file = kubeconfig(lab, "bob.conf", {
      server: `https://127.0.0.1:${cluster.port}`,
      cluster: { "certificate-authority-data": inBase64(cluster.caFile) },
      user: { "client-certificate": cert, "client-key": key },
    });
    return { args: [file], also: [] };
  },
});
