import { socksProxy } from "../../lab/proxies.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.proxy-refused",
  title: "the SOCKS5 proxy does not allow the connection",
  side: "client",
  within: 4000,
  async build(lab) {
    const proxy = await socksProxy(lab, { reply: 2 });
    return {
      args: ["https://etcd1.corp.example:2379"],
      env: { ALL_PROXY: `socks5://127.0.0.1:${proxy}` },
      text: ["not allowed by ruleset"],
      fix: ["NO_PROXY", "etcd1.corp.example"],
      also: [],
    };
  },
});
