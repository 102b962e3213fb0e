import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "k8s.401-sa-deleted",
  title: "kube-apiserver's log names the account",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      'E1123 02:00:00.000000       1 authentication.go:75] "Unable to authenticate the request" err="[invalid bearer token, serviceaccounts \\"default\\" not found]"\n',
    text: ['"default"'],
    fix: ["kubectl create serviceaccount default"],
  }),
});
