import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.name-not-allowed",
  title: "etcd 3.6 refuses a name",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      '{"level":"warn","ts":"2026-11-22T10:12:01.123456Z","caller":"embed/config_logging.go:170","msg":"rejected connection on client endpoint","remote-addr":"192.168.255.42:54608","server-name":"","error":"client certificate authentication failed"}\n',
    text: ["192.168.255.42"],
    fix: ["--client-cert-allowed-hostname"],
  }),
});
