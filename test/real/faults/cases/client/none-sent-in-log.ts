import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.none-sent",
  title: "a Go server's line",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      "2026/11/22 10:12:01 http: TLS handshake error from 10.0.0.7:40312: tls: client didn't provide a certificate\n",
    text: ["10.0.0.7"],
    fix: ["10.0.0.7"],
  }),
});
