import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.no-clientauth",
  title: "etcd's own words for a server's certificate used as a client's",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      '{"level":"warn","ts":"2026-11-22T10:12:01.123456Z","caller":"embed/config_logging.go:170","msg":"rejected connection on client endpoint","remote-addr":"192.168.255.42:54608","server-name":"","error":"tls: failed to verify certificate: x509: certificate specifies an incompatible key usage"}\n',
    text: ["192.168.255.42", "clientAuth"],
    fix: ["192.168.255.42", "clientAuth"],
  }),
});
