import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "k8s.kubeconfig-stale-ca",
  title: "kubectl names the CA that it tried",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      'Unable to connect to the server: tls: failed to verify certificate: x509: certificate signed by unknown authority (possibly because of "crypto/rsa: verification error" while trying to verify candidate authority certificate "kubernetes")\n',
    text: ['"kubernetes"'],
    fix: ["/etc/kubernetes/pki/ca.crt"],
  }),
});
