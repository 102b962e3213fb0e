import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.proxy-unreachable",
  title: "the SOCKS5 proxy accepts the connection and says nothing",
  side: "client",
  within: 5000,
  async build(lab) {
    const proxy = await lab.tcp(() => undefined);
    return {
      args: ["https://etcd1.corp.example:2379", "--timeout", "1s"],
      env: { ALL_PROXY: `socks5://127.0.0.1:${proxy}` },
      text: [`socks5://127.0.0.1:${proxy}`, "gave no answer"],
      fix: ["ALL_PROXY"],
      also: [],
    };
  },
});
