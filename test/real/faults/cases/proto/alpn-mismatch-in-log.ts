import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.alpn-mismatch",
  title: "grpc-go misses h2",
  side: "server",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      'Error: rpc error: code = Unavailable desc = connection error: desc = "transport: authentication handshake failed: credentials: cannot check peer: missing selected ALPN property"\n',
    fix: ["h2"],
  }),
});
