import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "usage.no-clientauth",
  title: "etcd refuses a peer",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      '{"level":"warn","ts":"2026-11-22T10:12:01.123456Z","caller":"embed/config_logging.go:170","msg":"rejected connection on peer endpoint","remote-addr":"10.0.0.2:54608","server-name":"","error":"tls: failed to verify certificate: x509: certificate specifies an incompatible key usage"}\n',
    text: ["10.0.0.2", "clientAuth"],
    fix: ["10.0.0.2", "clientAuth"],
  }),
});
