import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.no-clientauth",
  title: "a Java server's exception",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      "javax.net.ssl.SSLHandshakeException: Extended key usage does not permit use for TLS client authentication\n",
    text: ["clientAuth"],
    fix: ["clientAuth"],
  }),
});
