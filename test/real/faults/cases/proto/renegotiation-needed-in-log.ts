import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.renegotiation-needed",
  title: "Go refuses to renegotiate",
  side: "server",
  build: async () => ({
    args: ["--log", "-"],
    stdin: 'Get "https://10.0.0.7:443/admin": local error: tls: no renegotiation\n',
    text: ["10.0.0.7:443"],
  }),
});
