import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "trust.unknown-ca",
  title: "etcdctl's words",
  side: "client",
  async build(lab) {
    await Promise.resolve(lab);
    return {
      args: ["--log", "-"],
      stdin:
        '{"level":"warn","ts":"2026-11-22T10:12:01.000Z","logger":"etcd-client","caller":"v3@v3.6.16/retry_interceptor.go:65","msg":"retrying of unary invoker failed","target":"etcd-endpoints://0xc/127.0.0.1:2379","attempt":0,"error":"rpc error: code = DeadlineExceeded desc = latest balancer error: last connection error: connection error: desc = \\"transport: authentication handshake failed: tls: failed to verify certificate: x509: certificate signed by unknown authority\\""}\n',
      text: ["does not trust the CA"],
      fix: ["CA"],
    };
  },
});
