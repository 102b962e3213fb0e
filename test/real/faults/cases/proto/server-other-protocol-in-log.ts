import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.server-other-protocol",
  title: "Go met another protocol",
  side: "config",
  build: async () => ({
    args: ["--log", "-"],
    stdin: 'Get "https://10.0.0.7:22/": tls: first record does not look like a TLS handshake\n',
    text: ["10.0.0.7:22"],
  }),
});
