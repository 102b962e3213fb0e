import { httpsProxy } from "../../lab/proxies.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "a proxy that is itself spoken to in TLS makes the tunnel",
  within: 4000,
  async build(lab) {
    const ca = lab.ca("CN=lab");
    const to = await lab.serves(lab.server(["etcd1.corp.example"], ca));
    const proxy = await httpsProxy(lab, lab.server(["127.0.0.1"], ca), to);
    return {
      args: ["https://etcd1.corp.example:2379", "--ca", lab.certificates("ca.crt", ca)],
      env: { HTTPS_PROXY: `https://127.0.0.1:${proxy}` },
      also: [],
    };
  },
});
