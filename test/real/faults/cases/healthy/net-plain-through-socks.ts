import { socksProxy } from "../../lab/proxies.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "plain HTTP through a SOCKS5 proxy, as configured",
  within: 4000,
  async build(lab) {
    const proxy = await socksProxy(lab, { to: await lab.http() });
    return {
      args: ["http://etcd1.corp.example:2379"],
      env: { ALL_PROXY: `socks5://127.0.0.1:${proxy}` },
      evidence: [`through the proxy 127.0.0.1:${proxy}`],
    };
  },
});
