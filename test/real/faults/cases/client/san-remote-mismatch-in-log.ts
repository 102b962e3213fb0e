import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.san-remote-mismatch",
  title: "etcd's peer listener does not find the address in the peer's certificate",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      '{"level":"warn","ts":"2026-11-22T10:12:01.123456Z","caller":"embed/config_logging.go:170","msg":"rejected connection on peer endpoint","remote-addr":"10.0.0.2:54608","server-name":"","ip-addresses":[],"dns-names":["etcd2.lab.test"],"error":"tls: \\"10.0.0.2\\" does not match any of DNSNames [\\"etcd2.lab.test\\"] (lookup etcd2.lab.test on 10.0.0.53:53: no such host)"}\n',
    text: ["10.0.0.2", "etcd2.lab.test"],
    fix: ["10.0.0.2", "etcd2.lab.test"],
  }),
});
