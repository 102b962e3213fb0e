import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.proxy-unreachable",
  title: "the SOCKS5 proxy is no SOCKS5 proxy",
  side: "client",
  within: 5000,
  async build(lab) {
    const proxy = await lab.http();
    return {
      args: ["https://etcd1.corp.example:2379"],
      env: { ALL_PROXY: `socks5://127.0.0.1:${proxy}` },
      text: [`socks5://127.0.0.1:${proxy}`],
      also: [],
    };
  },
});
