import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "name.host-mismatch",
  title: "Node's words",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      "Error [ERR_TLS_CERT_ALTNAME_INVALID]: Hostname/IP does not match certificate's altnames: Host: localhost. is not in the cert's altnames: DNS:etcd1.lab.test, DNS:etcd2.lab.test\n",
    evidence: ["standard input:1"],
    text: ["etcd1.lab.test, etcd2.lab.test", "localhost"],
    fix: ["localhost"],
  }),
});
