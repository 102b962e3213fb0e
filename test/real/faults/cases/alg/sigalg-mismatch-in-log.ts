import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "alg.sigalg-mismatch",
  title: "a Go server's line",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      "2026/11/22 10:12:01 http: TLS handshake error from 10.0.0.7:40312: tls: peer doesn't support any of the certificate's signature algorithms\n",
    text: ["signature algorithm"],
    fix: ["certificate"],
  }),
});
