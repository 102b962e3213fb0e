import { inBase64, kubeconfig, sharedKubernetes } from "../../lab/kubernetes.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "a password is not tried: TLS is judged, and who the user is named as not checked",
  needs: ["kubernetes", "etcd"],
  async build(lab) {
    const cluster = await sharedKubernetes();
    const file = kubeconfig(lab, "config", {
      server: `https://127.0.0.1:${cluster.port}`,
      cluster: { "certificate-authority-data": inBase64(cluster.caFile) },
      user: { username: "alice", password: "geheim" },
    });
    return { args: [file], evidence: ["not checked", 'the password of "alice"'], also: [] };
  },
});
