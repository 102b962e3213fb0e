import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.refused",
  title: "kubectl says that it was refused",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      "The connection to the server 10.0.0.7:6443 was refused - did you specify the right host or port? dial tcp 10.0.0.7:6443: connect: connection refused\n",
    text: ["10.0.0.7:6443"],
    fix: ["6443"],
  }),
});
