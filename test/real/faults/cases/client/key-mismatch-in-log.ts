import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.key-mismatch",
  title: "kubectl's own words",
  build: async () => ({
    args: ["--log", "-"],
    stdin: "error: tls: private key does not match public key\n",
    evidence: ["standard input:1"],
    fix: ["key of its certificate"],
  }),
});
