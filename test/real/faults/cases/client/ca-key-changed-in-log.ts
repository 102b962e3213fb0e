import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.ca-key-changed",
  title: "Go names the CA it tried",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      '{"level":"warn","ts":"2026-11-22T10:12:01.123456Z","caller":"embed/config_logging.go:170","msg":"rejected connection on client endpoint","remote-addr":"192.168.255.42:54608","server-name":"","error":"tls: failed to verify certificate: x509: certificate signed by unknown authority (possibly because of \\"x509: ECDSA verification failure\\" while trying to verify candidate authority certificate \\"etcd-ca\\")"}\n',
    text: ["192.168.255.42"],
    fix: ["etcd-ca"],
  }),
});
