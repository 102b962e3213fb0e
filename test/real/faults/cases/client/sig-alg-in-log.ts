import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.sig-alg",
  title: "a Go server's line",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      "2026/11/22 10:12:01 http: TLS handshake error from 10.0.0.7:40312: tls: client certificate used with invalid signature algorithm\n",
    text: ["10.0.0.7"],
    fix: ["SHA-256"],
  }),
});
