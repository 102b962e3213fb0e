import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "usage.critical-ext",
  title: "Go's words",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      'Get "https://10.0.0.1:2379/health": tls: failed to verify certificate: x509: unhandled critical extension\n',
    text: ["10.0.0.1:2379", "critical"],
    fix: ["critical"],
  }),
});
