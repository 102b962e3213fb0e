import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.silent-after-connect",
  title: "Go waited ten seconds for the handshake",
  side: "server",
  build: async () => ({
    args: ["--log", "-"],
    stdin: 'Get "https://10.0.0.7:6443/api": net/http: TLS handshake timeout\n',
    text: ["10.0.0.7:6443"],
  }),
});
