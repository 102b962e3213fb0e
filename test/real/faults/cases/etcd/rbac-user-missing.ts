import { etcdWithUsers } from "../../lab/etcd-users.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "etcd.rbac-user-missing",
  title: "the certificate's name is no user",
  needs: ["etcd"],
  async build(lab) {
    const { port, ca, pairs } = await etcdWithUsers(lab, ["eve"], {});
    const { cert, key } = pairs["eve"]!;
    return {
      args: [`127.0.0.1:${port}`, "--ca", ca, "--cert", cert, "--key", key],
      text: ['"eve"', cert],
      fix: ["etcdctl user add eve"],
      also: [],
    };
  },
});
