import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "etcd.self-dial-eku",
  title: "etcd refuses itself every few seconds",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      '{"level":"warn","ts":"2026-11-22T10:12:01.1Z","caller":"embed/config_logging.go:169","msg":"rejected connection on client endpoint","remote-addr":"127.0.0.1:40102","server-name":"","error":"tls: failed to verify certificate: x509: certificate specifies an incompatible key usage"}\n',
    text: ["127.0.0.1"],
    evidence: ["standard input:1"],
    fix: ["clientAuth"],
    also: [],
  }),
});
