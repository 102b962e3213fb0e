import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.dns-nxdomain",
  title: "curl cannot resolve the host",
  build: async () => ({
    args: ["--log", "-"],
    stdin: "curl: (6) Could not resolve host: etcd1.corp.example\n",
    text: ["etcd1.corp.example"],
    fix: ["etcd1.corp.example"],
  }),
});
