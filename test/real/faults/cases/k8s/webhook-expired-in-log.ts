import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "time.leaf-expired",
  title: "kube-apiserver cannot call a webhook whose certificate has expired",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      'Error from server (InternalError): Internal error occurred: failed calling webhook "w.lab.test": failed to call webhook: Post "https://hook.lab.svc:443/admit?timeout=10s": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-11-23T10:00:00Z is after 2026-11-20T10:00:00Z\n',
    text: ['"w.lab.test"', "2026-11-20"],
  }),
});
