import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.proxy-unreachable",
  title: "Go cannot connect to its proxy",
  side: "client",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      'Get "https://etcd1.corp.example:2379/health": proxyconnect tcp: dial tcp 10.0.0.9:3128: connect: connection refused\n',
    text: ["10.0.0.9:3128"],
    fix: ["NO_PROXY"],
  }),
});
