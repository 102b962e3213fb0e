import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.expired",
  title: "all there is is the line in etcd's log, on standard input",
  side: "client",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      'Oct 15 12:18:29 etcd1.local docker[832]: 2020-10-15 15:18:29.066104 I | embed: rejected connection from "192.168.255.42:54608" (error "tls: failed to verify client\'s certificate: x509: certificate has expired or is not yet valid", ServerName " etcd1.local")\n',
    text: ["192.168.255.42", "etcd"],
    evidence: ["standard input:1"],
    fix: ["192.168.255.42"],
  }),
});
