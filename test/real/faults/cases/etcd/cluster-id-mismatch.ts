import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "etcd.cluster-id-mismatch",
  title: "a member refuses another one of another cluster",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      '{"level":"warn","ts":"2026-11-22T10:12:01.1Z","caller":"rafthttp/http.go:500","msg":"request cluster ID mismatch","local-member-id":"a8266ecf031671f3","local-member-cluster-id":"cdf818194e3a8c32","remote-peer-id":"8e9e05c52164694d","remote-peer-cluster-id":"7e27652122e8b2ae"}\n',
    text: ["8e9e05c52164694d"],
    evidence: ["standard input:1"],
    fix: ["initial-cluster-token"],
    also: [],
  }),
});
