import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "etcd.start-missing-cert",
  title: "etcd stops at a file that is not there",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      '{"level":"fatal","ts":"2026-11-22T10:12:01.1Z","caller":"etcdmain/etcd.go:204","msg":"discovery failed","error":"open /etc/etcd/pki/server.crt: no such file or directory"}\n',
    text: ["/etc/etcd/pki/server.crt"],
    evidence: ["standard input:1"],
    fix: ["/etc/etcd/pki/server.crt"],
    also: [],
  }),
});
