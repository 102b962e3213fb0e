import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "name.trailing-dot",
  title: "Go tells the list, and the list has the dot",
  build: async () => ({
    args: ["--log", "-"],
    stdin: "x509: certificate is valid for localhost., not localhost\n",
    evidence: ["standard input:1"],
    text: ["localhost."],
    fix: ["localhost"],
  }),
});
