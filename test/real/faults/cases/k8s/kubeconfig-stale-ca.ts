import { inBase64, kubeconfig, sharedKubernetes } from "../../lab/kubernetes.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "k8s.kubeconfig-stale-ca",
  title: "the cluster's CA was made anew, and the kubeconfig has the one before",
  side: "config",
  needs: ["kubernetes", "etcd"],
  async build(lab) {
    const cluster = await sharedKubernetes();
    const old = lab.certificates("old-ca.crt", lab.ca("CN=kubernetes"));
    const { cert, key } = lab.pair(
      "admin",
      lab.client("admin", cluster.ca, { subject: "O=system:masters,CN=admin" }),
    );
    const file = kubeconfig(lab, "admin.conf", {
      server: `https://127.0.0.1:${cluster.port}`,
      cluster: { "certificate-authority-data": inBase64(old) },
      user: { "client-certificate-data": inBase64(cert), "client-key-data": inBase64(key) },
    });
    return { args: [file], text: [file, "CN=kubernetes"], fix: [file, "ca.crt"], also: [] };
  },
});
