import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "name.ip-missing",
  title: "Java's words",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      "javax.net.ssl.SSLHandshakeException: No subject alternative names matching IP address 127.0.0.1 found\n",
    evidence: ["standard input:1"],
    text: ["127.0.0.1"],
    fix: ["127.0.0.1"],
  }),
});
