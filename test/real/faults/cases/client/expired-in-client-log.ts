import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.expired",
  title: "a Go client was told by alert",
  build: async () => ({
    args: ["--log", "-"],
    stdin: 'Get "https://etcd1:2379/": remote error: tls: expired certificate\n',
    text: ["expired"],
    fix: ["Renew"],
  }),
});
