import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "name.host-mismatch",
  title: "kubectl's own words",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      "Unable to connect to the server: tls: failed to verify certificate: x509: certificate is valid for etcd1.lab.test, etcd2.lab.test, not localhost\n",
    evidence: ["standard input:1"],
    text: ["etcd1.lab.test, etcd2.lab.test", "localhost"],
    fix: ["localhost"],
  }),
});
