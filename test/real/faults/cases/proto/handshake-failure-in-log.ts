import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.handshake-failure",
  title: "curl heard the alert 40",
  side: "server",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      "curl: (35) OpenSSL/3.0.19: error:0A000410:SSL routines::sslv3 alert handshake failure\n",
  }),
});
