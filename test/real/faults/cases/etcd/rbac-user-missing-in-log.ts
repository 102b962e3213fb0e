import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "etcd.rbac-user-missing",
  title: "all there is is what etcdctl printed",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      '{"level":"warn","ts":"2026-11-22T10:12:01.1Z","logger":"etcd-client","caller":"v3/retry_interceptor.go:63","msg":"retrying of unary invoker failed","error":"rpc error: code = FailedPrecondition desc = etcdserver: user name not found"}\n',
    text: ["user"],
    evidence: ["standard input:1"],
    fix: ["etcdctl user add"],
    also: [],
  }),
});
