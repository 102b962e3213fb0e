import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "k8s.webhook-cabundle-bad",
  title: "kube-apiserver says so at the first call",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      'Error from server (InternalError): Internal error occurred: failed calling webhook "w.lab.test": could not get REST client: unable to load root certificates: unable to parse bytes as PEM block\n',
    text: ['"w.lab.test"'],
    fix: ["w.lab.test", "base64"],
  }),
});
