import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "alg.key-small",
  title: "curl's words",
  build: async () => ({
    args: ["--log", "-"],
    stdin: "curl: (60) SSL certificate problem: EE certificate key too weak\n",
    text: ["small"],
    fix: ["2048"],
  }),
});
