import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.expired",
  title: "nginx at level info",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      '2026/11/22 10:12:01 [info] 7#7: *1 client SSL certificate verify error: (10:certificate has expired) while reading client request headers, client: 10.0.0.7, server: web, request: "GET / HTTP/1.1", host: "web"\n',
    text: ["10.0.0.7", "nginx"],
    fix: ["10.0.0.7"],
  }),
});
