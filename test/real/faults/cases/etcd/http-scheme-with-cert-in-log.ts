import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "etcd.http-scheme-with-cert",
  title: "etcd warns at its start that it passes over its certificate",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      '{"level":"warn","ts":"2026-11-22T10:12:01.123456Z","caller":"embed/etcd.go:680","msg":"scheme is http or unix while key and cert files are present; ignoring key and cert files","client-url":"http://127.0.0.1:2379"}\n',
    text: ["http://127.0.0.1:2379"],
    evidence: ["standard input:1"],
    fix: ["https://", "http://127.0.0.1:2379"],
    also: [],
  }),
});
