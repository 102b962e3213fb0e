import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.proxy-refused",
  title: "curl did not get its tunnel",
  side: "client",
  build: async () => ({
    args: ["--log", "-"],
    stdin: "curl: (56) CONNECT tunnel failed, response 403\n",
    fix: ["NO_PROXY"],
  }),
});
