import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.closed-in-handshake",
  title: "curl was left without a word",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      "curl: (35) OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to etcd1.corp.example:2379\n",
    text: ["etcd1.corp.example:2379"],
  }),
});
