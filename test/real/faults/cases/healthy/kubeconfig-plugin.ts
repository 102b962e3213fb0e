import { inBase64, kubeconfig, sharedKubernetes } from "../../lab/kubernetes.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title:
    "a credential plugin is not started: TLS is judged, and who the user is named as not checked",
  needs: ["kubernetes", "etcd"],
  async build(lab) {
    const cluster = await sharedKubernetes();
    lab.write("login", `#!/bin/sh\ntouch ${lab.folder}/started\n`, 0o700);
    const file = kubeconfig(lab, "config", {
      server: `https://127.0.0.1:${cluster.port}`,
      cluster: { "certificate-authority-data": inBase64(cluster.caFile) },
      user: {
        exec: "",
        "  apiVersion": "client.authentication.k8s.io/v1",
        // A path counts from the kubeconfig's folder.
        "  command": "./login",
      },
    });
    return {
      args: [file],
      evidence: ["not checked", 'the exec plugin "./login"', "kubectl auth whoami"],
      also: [],
    };
  },
});
