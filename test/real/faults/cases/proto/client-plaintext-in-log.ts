import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.client-plaintext",
  title: "etcd's log tells of a client without TLS",
  side: "client",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      '{"level":"warn","ts":"2026-11-22T10:12:01.332Z","caller":"embed/config_logging.go:160","msg":"rejected connection on client endpoint","remote-addr":"10.0.0.7:41234","server-name":"","error":"tls: first record does not look like a TLS handshake"}\n',
    text: ["10.0.0.7", "etcd"],
    fix: ["https://"],
  }),
});
