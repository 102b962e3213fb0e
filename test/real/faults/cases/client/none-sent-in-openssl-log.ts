import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.none-sent",
  title: "OpenSSL's error queue",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      "140351:error:0A0000C7:SSL routines:tls_process_client_certificate:peer did not return a certificate:../ssl/statem/statem_srvr.c:3520:\n",
    text: ["openssl"],
    fix: ["client certificate"],
  }),
});
