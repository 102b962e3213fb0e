import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.no-common-cipher",
  title: "etcd's log tells which suites were offered",
  side: "server",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      '{"level":"warn","ts":"2026-11-22T10:12:01.332Z","caller":"embed/config_logging.go:160","msg":"rejected connection on client endpoint","remote-addr":"10.0.0.7:41234","server-name":"","error":"tls: no cipher suite supported by both client and server; client offered: [c02b c02f]"}\n',
    text: ["10.0.0.7"],
    fix: ["--cipher-suites"],
  }),
});
