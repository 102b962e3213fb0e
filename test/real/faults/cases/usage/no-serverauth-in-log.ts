import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "usage.no-serverauth",
  title: "Go's words, in the API server's sentence",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      'failed calling webhook "w.lab.test": failed to call webhook: Post "https://hook.default.svc:443/admit?timeout=10s": tls: failed to verify certificate: x509: certificate specifies an incompatible key usage\n',
    text: ["hook.default.svc:443", "serverAuth"],
    fix: ["serverAuth"],
  }),
});
