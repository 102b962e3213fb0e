import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "k8s.kubeconfig-context",
  title: "kubectl says so",
  build: async () => ({
    args: ["--log", "-"],
    stdin: "Error in configuration: context was not found for specified context: prod\n",
    text: ['"prod"'],
    fix: ["prod"],
  }),
});
