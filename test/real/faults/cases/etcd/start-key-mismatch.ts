import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "etcd.start-key-mismatch",
  title: "etcd stops at a pair that does not fit",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      '{"level":"fatal","ts":"2026-11-22T10:12:01.1Z","caller":"embed/serve.go:120","msg":"registerGateway failed","error":"tls: private key does not match public key"}\n',
    text: ["--cert-file"],
    evidence: ["standard input:1"],
    fix: ["--key-file"],
    also: [],
  }),
});
