import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "etcd.endpoint-typo",
  title: "a slash is missing in calicoctl.cfg",
  async build(lab) {
    const path = lab.calicoctl({ endpoints: "https:/etcd1.local:2379" });
    return {
      args: [path],
      text: ["https:/etcd1.local:2379"],
      fix: ["https://etcd1.local:2379"],
      also: [],
    };
  },
});
