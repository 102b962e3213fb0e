import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.rejected",
  title: "the client's own words, and the alert does not tell",
  build: async () => ({
    args: ["--log", "-"],
    stdin: 'Get "https://etcd1:2379/": remote error: tls: bad certificate\n',
    text: ["does not say why"],
    fix: ["SERVER.log"],
  }),
});
