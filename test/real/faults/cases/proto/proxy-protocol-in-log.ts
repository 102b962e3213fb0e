import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.proxy-protocol",
  title: "nginx misses the PROXY header",
  side: "config",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      '2026/11/22 10:12:01 [error] 7#7: *1 broken header: "GET / HTTP/1.1" while reading PROXY protocol, client: 10.0.0.7, server: 0.0.0.0:443\n',
    text: ["nginx"],
  }),
});
