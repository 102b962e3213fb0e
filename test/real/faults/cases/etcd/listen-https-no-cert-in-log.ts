import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "etcd.listen-https-no-cert",
  title: "etcd 3.6 says at its start that it has no certificate",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      '{"level":"fatal","ts":"2026-11-22T10:12:01.123456Z","caller":"etcdmain/etcd.go:204","msg":"discovery failed","error":"TLS key/cert (--cert-file, --key-file) must be provided for client url https://127.0.0.1:2379 with HTTPS scheme"}\n',
    text: ["https://127.0.0.1:2379"],
    evidence: ["standard input:1"],
    fix: ["--cert-file"],
    also: [],
  }),
});
