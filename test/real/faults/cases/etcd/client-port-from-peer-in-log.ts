import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "etcd.client-port-from-peer",
  title: "raft is spoken to a client port",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      '{"level":"warn","ts":"2026-11-22T10:12:01.1Z","caller":"rafthttp/stream.go:653","msg":"lost TCP streaming connection with remote peer","remote-peer-id":"8e9e05c52164694d","error":"unexpected http status Not Found while dialing to \\"https://10.0.0.2:2379/raft/stream/msgapp/a8266ecf031671f3\\""}\n',
    text: ["https://10.0.0.2:2379"],
    evidence: ["standard input:1"],
    fix: ["2380"],
    also: [],
  }),
});
