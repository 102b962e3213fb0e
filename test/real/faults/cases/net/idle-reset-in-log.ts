import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.idle-reset",
  title: "kubelet lost a connection that was idle",
  side: "network",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      'E1122 10:12:01.123456    1234 controller.go:195] "Failed to update lease" err="Put \\"https://10.0.0.7:6443/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node-1?timeout=10s\\": http2: client connection lost"\n',
    text: ["10.0.0.7:6443"],
    fix: ["keep-alive"],
  }),
});
