import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "alg.key-unsupported",
  title: "Go's words",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      'Get "https://10.0.0.1:2379/health": tls: failed to parse certificate from server: x509: unsupported elliptic curve\n',
    text: ["10.0.0.1:2379"],
    fix: ["P-256"],
  }),
});
