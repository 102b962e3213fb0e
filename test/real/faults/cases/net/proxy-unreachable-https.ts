import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.proxy-unreachable",
  title: "the https:// proxy speaks no TLS",
  side: "client",
  within: 4000,
  async build(lab) {
    const proxy = await lab.http();
    return {
      args: ["https://etcd1.corp.example:2379"],
      env: { HTTPS_PROXY: `https://127.0.0.1:${proxy}` },
      text: [`https://127.0.0.1:${proxy}`, "no TLS"],
      fix: ["HTTPS_PROXY"],
      also: [],
    };
  },
});
