import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.dns-nxdomain",
  title: "the host name does not exist",
  // RFC 6761 section 6.4: .invalid never does; the name server may be slow to say so.
  within: 5000,
  build: async () => ({
    args: ["https://etcd1.invalid:2379"],
    text: ["etcd1.invalid"],
    fix: ["etcd1.invalid"],
  }),
});
