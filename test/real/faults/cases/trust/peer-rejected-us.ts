import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "trust.peer-rejected-us",
  title: "etcd's log tells of an alert from a client",
  side: "client",
  async build(lab) {
    await Promise.resolve(lab);
    return {
      args: ["--log", "-"],
      stdin:
        '{"level":"warn","ts":"2026-11-22T10:12:01.000Z","caller":"embed/config_logging.go:194","msg":"rejected connection on client endpoint","remote-addr":"10.0.0.7:53412","server-name":"","error":"remote error: tls: unknown certificate authority"}\n',
      text: ["10.0.0.7"],
      fix: ["10.0.0.7", "CA file"],
    };
  },
});
