import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "usage.key-usage",
  title: "Java's words",
  build: async () => ({
    args: ["--log", "-"],
    stdin: "javax.net.ssl.SSLHandshakeException: KeyUsage does not allow digital signatures\n",
    text: ["digital signatures"],
    fix: ["digitalSignature"],
  }),
});
