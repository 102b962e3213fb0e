import { inBase64, kubeconfig, sharedKubernetes } from "../../lab/kubernetes.ts";
import { day } from "../../lab/lab.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "k8s.401-client-cert",
  title: "kubectl says Unauthorized, for the kubeconfig's certificate has expired",
  needs: ["kubernetes", "etcd"],
  async build(lab) {
    const cluster = await sharedKubernetes();
    const { cert, key } = lab.pair(
      "admin",
      lab.client("admin", cluster.ca, {
        notBefore: lab.now - 400 * day,
        notAfter: lab.now - 2 * day,
      }),
    );
    const file = kubeconfig(lab, "admin.conf", {
      server: `https://127.0.0.1:${cluster.port}`,
      cluster: { "certificate-authority-data": inBase64(cluster.caFile) },
      user: { "client-certificate-data": inBase64(cert), "client-key-data": inBase64(key) },
    });
    return { args: [file], text: [file, "401", "expired"], fix: [file], also: [] };
  },
});
