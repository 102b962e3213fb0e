import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.client-too-old",
  title: "Go's server was offered only older versions",
  side: "client",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      "2026/11/22 10:12:01 http: TLS handshake error from 10.0.0.7:41234: tls: client offered only unsupported versions: [303 302 301]\n",
    text: ["10.0.0.7"],
  }),
});
