import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "etcd.listen-https-no-cert",
  title: "an older etcd says it in its own words",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      "2020-10-15 15:18:29.066104 C | etcdmain: cannot listen on TLS for 127.0.0.1:2379: KeyFile and CertFile are not presented\n",
    text: ["127.0.0.1:2379"],
    evidence: ["standard input:1"],
    fix: ["--cert-file"],
    also: [],
  }),
});
