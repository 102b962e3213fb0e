import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "alg.sig-sha1",
  title: "Go's words",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      'Get "https://10.0.0.1:6443/": tls: failed to verify certificate: x509: certificate signed by unknown authority (possibly because of "x509: cannot verify signature: insecure algorithm SHA1-RSA" while trying to verify candidate authority certificate "lab-root")\n',
    text: ["10.0.0.1:6443", "SHA-1"],
    fix: ["SHA-256", "10.0.0.1:6443"],
  }),
});
