import { kubeconfig } from "../../lab/kubernetes.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "k8s.kubeconfig-context",
  title: "the context names a cluster that is not in the file",
  side: "config",
  async build(lab) {
    const file = kubeconfig(lab, "config", {
      server: "https://127.0.0.1:6443",
      context: { cluster: "labb" },
    });
    return { args: [file], text: ['"labb"', file], fix: [file, '"lab"'], also: [] };
  },
});
