import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.unreachable",
  title: "Go has no route to the host",
  side: "network",
  build: async () => ({
    args: ["--log", "-"],
    stdin: "Unable to connect to the server: dial tcp 10.0.0.7:6443: connect: no route to host\n",
    text: ["10.0.0.7:6443"],
    fix: ["ip route get 10.0.0.7"],
  }),
});
