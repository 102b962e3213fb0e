import { inBase64, kubeconfig, sharedKubernetes } from "../../lab/kubernetes.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "inconclusive",
  title: "a credential plugin is not started, so nothing is said of who the user is",
  needs: ["kubernetes", "etcd"],
  async build(lab) {
    const cluster = await sharedKubernetes();
    lab.write("login", "#!/bin/sh\nexit 1\n", 0o700);
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
    return { args: [file], fix: ["an exec plugin"], also: [] };
  },
});
