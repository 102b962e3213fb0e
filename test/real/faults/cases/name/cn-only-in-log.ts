import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "name.cn-only",
  title: "Go's words, after an upgrade",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      '2026/11/22 10:17:16 Get "https://etcd1:2379/": tls: failed to verify certificate: x509: certificate relies on legacy Common Name field, use SANs instead\n',
    evidence: ["standard input:1"],
    text: ["common name"],
    fix: ["subject alternative name"],
  }),
});
