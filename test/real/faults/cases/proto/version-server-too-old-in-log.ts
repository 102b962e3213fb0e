import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.version-server-too-old",
  title: "Go's server was offered only newer versions",
  side: "server",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      "2026/11/22 10:12:01 http: TLS handshake error from 10.0.0.7:41234: tls: client offered only unsupported versions: [304 303]\n",
    evidence: ["304 303"],
  }),
});
