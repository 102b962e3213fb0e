import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "alg.sig-md5",
  title: "Go's words",
  build: async () => ({
    args: ["--log", "-"],
    stdin: "x509: cannot verify signature: insecure algorithm MD5-RSA\n",
    text: ["MD5"],
    fix: ["SHA-256"],
  }),
});
