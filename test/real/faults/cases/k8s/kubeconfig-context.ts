import { kubeconfig } from "../../lab/kubernetes.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "k8s.kubeconfig-context",
  title: "the current context is misspelled",
  side: "config",
  async build(lab) {
    const file = kubeconfig(lab, "admin.conf", {
      server: "https://127.0.0.1:6443",
      current: "prod",
    });
    return { args: [file], text: [file, '"prod"', '"me@lab"'], fix: [file, "me@lab"], also: [] };
  },
});
