import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.revoked",
  title: "etcd found the serial in its list",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      '{"level":"warn","ts":"2026-11-22T10:12:01.123456Z","caller":"embed/config_logging.go:170","msg":"rejected connection on client endpoint","remote-addr":"192.168.255.42:54608","server-name":"","error":"transport: certificate serial b5a4 revoked"}\n',
    text: ["b5a4"],
    fix: ["b5a4"],
  }),
});
