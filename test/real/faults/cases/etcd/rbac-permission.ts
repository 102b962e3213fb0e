import { etcdWithUsers } from "../../lab/etcd-users.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "etcd.rbac-permission",
  title: "a user without a role",
  needs: ["etcd"],
  async build(lab) {
    const { port, ca, pairs } = await etcdWithUsers(lab, ["bob"], { bob: "" });
    const { cert, key } = pairs["bob"]!;
    return {
      args: [`127.0.0.1:${port}`, "--ca", ca, "--cert", cert, "--key", key],
      text: ['"bob"', "permission denied"],
      fix: ["bob", "grant-role"],
      also: [],
    };
  },
});
