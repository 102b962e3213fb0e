import {
  inBase64,
  kubeconfig,
  serviceAccountToken,
  sharedKubernetes,
} from "../../lab/kubernetes.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "k8s.401-sa-deleted",
  title: "the service account was deleted; only the API server's log tells",
  side: "client",
  needs: ["kubernetes", "etcd"],
  async build(lab) {
    const cluster = await sharedKubernetes();
    const token = serviceAccountToken(cluster.serviceAccounts, {
      sub: "system:serviceaccount:ci:gone",
      "kubernetes.io": { namespace: "ci", serviceaccount: { name: "gone", uid: "1" } },
    });
    const file = kubeconfig(lab, "ci.conf", {
      server: `https://127.0.0.1:${cluster.port}`,
      cluster: { "certificate-authority-data": inBase64(cluster.caFile) },
      user: { token },
    });
    const log = lab.write(
      "kube-apiserver.log",
      'E1123 02:00:00.000000       1 authentication.go:75] "Unable to authenticate the request" err="[invalid bearer token, serviceaccounts \\"gone\\" not found]"\n',
    );
    return {
      args: [file, "--server-log", log],
      text: ['"gone"'],
      fix: ["kubectl create serviceaccount gone -n ci", file],
      also: [],
    };
  },
});
