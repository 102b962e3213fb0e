import { socksProxy } from "../../lab/proxies.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "a SOCKS5 proxy with a login makes the way",
  within: 4000,
  async build(lab) {
    const ca = lab.ca("CN=lab");
    const to = await lab.serves(lab.server(["etcd1.corp.example"], ca));
    const proxy = await socksProxy(lab, { to, login: { user: "bob", password: "pw" } });
    return {
      args: ["https://etcd1.corp.example:2379", "--ca", lab.certificates("ca.crt", ca)],
      env: { ALL_PROXY: `socks5h://bob:pw@127.0.0.1:${proxy}` },
      evidence: [`through the proxy 127.0.0.1:${proxy}`],
      also: [],
    };
  },
});
