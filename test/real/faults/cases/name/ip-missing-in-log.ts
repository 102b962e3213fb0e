import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "name.ip-missing",
  title: "a webhook called by address, in the API server's words",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      'Internal error occurred: failed calling webhook "w.lab.test": failed to call webhook: Post "https://127.0.0.1:8443/admit?timeout=10s": tls: failed to verify certificate: x509: cannot validate certificate for 127.0.0.1 because it doesn\'t contain any IP SANs\n',
    evidence: ["standard input:1"],
    text: ["127.0.0.1"],
    fix: ["127.0.0.1"],
  }),
});
