import { inBase64, kubeconfig, sharedKubernetes } from "../../lab/kubernetes.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "k8s.401-client-cert",
  title: "the kubeconfig's certificate comes from the CA of another cluster",
  side: "client",
  needs: ["kubernetes", "etcd"],
  async build(lab) {
    const cluster = await sharedKubernetes();
    const other = lab.ca("CN=other-cluster");
    const { cert, key } = lab.pair("admin", lab.client("admin", other));
    const file = kubeconfig(lab, "admin.conf", {
      server: `https://127.0.0.1:${cluster.port}`,
      cluster: { "certificate-authority-data": inBase64(cluster.caFile) },
      user: { "client-certificate-data": inBase64(cert), "client-key-data": inBase64(key) },
    });
    return {
      args: [file],
      text: ["CN=admin", "401", "CN=other-cluster", "CN=kubernetes"],
      fix: [file, "CN=admin"],
    };
  },
});
