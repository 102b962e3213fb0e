import { sharedKubernetes } from "../../lab/kubernetes.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "kube-apiserver by its address, with a user's certificate that may not read /",
  needs: ["kubernetes", "etcd"],
  async build(lab) {
    const cluster = await sharedKubernetes();
    const { cert, key } = lab.pair("bob", lab.client("bob", cluster.ca));
    return {
      args: [`127.0.0.1:${cluster.port}`, "--ca", cluster.caFile, "--cert", cert, "--key", key],
      also: [],
    };
  },
});
