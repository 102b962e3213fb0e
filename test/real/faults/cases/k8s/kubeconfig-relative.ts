import { kubeconfig } from "../../lab/kubernetes.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "file.missing",
  title: "a relative path in a kubeconfig counts from its folder",
  async build(lab) {
    const file = kubeconfig(lab, "kube/config", {
      server: "https://127.0.0.1:1",
      cluster: { "certificate-authority": "ca.crt" },
      user: { token: "x" },
    });
    return { args: [file], text: [file.replace(/config$/, "ca.crt")], fix: [file] };
  },
});
