import { etcdWithUsers } from "../../lab/etcd-users.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "calicoctl with a role for its own keys",
  needs: ["etcd"],
  async build(lab) {
    const { port, ca, pairs } = await etcdWithUsers(lab, ["calico"], { calico: "/calico/" });
    const endpoints = `https://127.0.0.1:${port}`;
    return { args: [lab.calicoctl({ endpoints, ca, ...pairs["calico"]! })], also: [] };
  },
});
