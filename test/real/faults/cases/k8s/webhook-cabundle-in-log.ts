import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "k8s.webhook-cabundle",
  title: "kube-apiserver cannot call the webhook",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      'W1123 10:12:01.123456       1 dispatcher.go:225] Failed calling webhook, failing closed w.lab.test: failed calling webhook "w.lab.test": failed to call webhook: Post "https://hook.lab.svc:443/validate?timeout=10s": tls: failed to verify certificate: x509: certificate signed by unknown authority (possibly because of "x509: ECDSA verification failure" while trying to verify candidate authority certificate "lab-root")\n',
    text: ['"w.lab.test"', "lab-root"],
    fix: ["w.lab.test"],
  }),
});
