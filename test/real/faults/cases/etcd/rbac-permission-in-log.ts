import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "etcd.rbac-permission",
  title: "all there is is what etcdctl printed",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      '{"level":"warn","ts":"2026-11-22T10:12:01.1Z","logger":"etcd-client","caller":"v3/retry_interceptor.go:63","msg":"retrying of unary invoker failed","target":"etcd-endpoints://0x1/127.0.0.1:2379","attempt":0,"error":"rpc error: code = PermissionDenied desc = etcdserver: permission denied"}\n',
    text: ["permission denied"],
    evidence: ["standard input:1"],
    fix: ["grant-permission"],
    also: [],
  }),
});
