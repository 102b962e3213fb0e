import { etcdWithUsers } from "../../lab/etcd-users.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "a user whose role allows a part of the keys",
  needs: ["etcd"],
  async build(lab) {
    const { port, ca, pairs } = await etcdWithUsers(lab, ["app"], { app: "/app/" });
    const { cert, key } = pairs["app"]!;
    return {
      args: [`127.0.0.1:${port}`, "--ca", ca, "--cert", cert, "--key", key],
      also: ["etcd.rbac-permission"],
    };
  },
});
