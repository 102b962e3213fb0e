import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.server-plaintext-http",
  title: "Go got plain HTTP",
  side: "server",
  build: async () => ({
    args: ["--log", "-"],
    stdin: 'Get "https://10.0.0.7:8080/": http: server gave HTTP response to HTTPS client\n',
    text: ["10.0.0.7:8080"],
  }),
});
