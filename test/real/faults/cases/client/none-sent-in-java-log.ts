import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.none-sent",
  title: "a Java server's exception",
  build: async () => ({
    args: ["--log", "-"],
    stdin: "javax.net.ssl.SSLHandshakeException: Empty client certificate chain\n",
    text: ["java"],
    fix: ["client certificate"],
  }),
});
