import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "k8s.kubelet-serving",
  title: "kubectl logs fails",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      'Error from server: Get "https://10.0.0.5:10250/containerLogs/default/web/nginx": tls: failed to verify certificate: x509: certificate signed by unknown authority\n',
    text: ["10.0.0.5"],
    fix: ["10.0.0.5", "kubectl certificate approve"],
  }),
});
