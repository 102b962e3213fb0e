import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.server-internal",
  title: "Go's server has no certificate",
  side: "server",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      "2026/11/22 10:12:01 http: TLS handshake error from 10.0.0.7:41234: tls: no certificates configured\n",
  }),
});
