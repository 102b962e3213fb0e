import { etcdWithUsers } from "../../lab/etcd-users.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "etcd.rbac-permission",
  title: "the user may read other keys than those of Calico",
  needs: ["etcd"],
  async build(lab) {
    const { port, ca, pairs } = await etcdWithUsers(lab, ["app"], { app: "/app/" });
    const endpoints = `https://127.0.0.1:${port}`;
    return {
      args: [lab.calicoctl({ endpoints, ca, ...pairs["app"]! })],
      text: ['"app"', "/calico/"],
      fix: ["app", "/calico/"],
      also: [],
    };
  },
});
