import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.filtered",
  title: "calicoctl got no answer to its connection",
  build: async () => ({
    args: ["--log", "-"],
    stdin: "Failed to get resources: dial tcp 10.0.0.7:2379: i/o timeout\n",
    text: ["10.0.0.7:2379"],
    fix: ["10.0.0.7:2379"],
  }),
});
