import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "etcd.dns-san-lookup",
  title: "the name of a peer leads to another address",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      '{"level":"warn","ts":"2026-11-22T10:12:01.1Z","caller":"embed/config_logging.go:169","msg":"rejected connection on peer endpoint","remote-addr":"10.0.0.2:40102","server-name":"","ip-addresses":[],"dns-names":["etcd2.lab.test"],"error":"tls: \\"10.0.0.2\\" does not match any of DNSNames [\\"etcd2.lab.test\\"]"}\n',
    text: ["etcd2.lab.test", "10.0.0.2"],
    evidence: ["standard input:1"],
    fix: ["getent ahosts etcd2.lab.test"],
    also: [],
  }),
});
