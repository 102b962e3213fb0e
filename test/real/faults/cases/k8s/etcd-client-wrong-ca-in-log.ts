import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "k8s.etcd-client-wrong-ca",
  title: "the last words of kube-apiserver",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      "F1123 10:12:01.123456       1 instance.go:233] Error creating leases: error creating storage factory: context deadline exceeded\n",
    text: ["etcd"],
    fix: ["--etcd-certfile", "--etcd-cafile"],
  }),
});
