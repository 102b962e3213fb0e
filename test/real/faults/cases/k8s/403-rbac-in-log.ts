import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "k8s.403-rbac",
  title: "kubectl says so",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      'Error from server (Forbidden): pods is forbidden: User "system:serviceaccount:ci:deployer" cannot list resource "pods" in API group "" in the namespace "default"\n',
    text: ["system:serviceaccount:ci:deployer", 'cannot list resource "pods"'],
    fix: ["--serviceaccount ci:deployer"],
  }),
});
