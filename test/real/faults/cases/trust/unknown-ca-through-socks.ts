import { socksProxy } from "../../lab/proxies.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "trust.unknown-ca",
  title: "a server behind a SOCKS5 proxy, with a certificate of a CA that the client does not know",
  within: 4000,
  async build(lab) {
    const to = await lab.serves(lab.server(["etcd1.corp.example"], lab.ca("CN=lab")));
    const proxy = await socksProxy(lab, { to });
    return {
      args: [
        "https://etcd1.corp.example:2379",
        "--ca",
        lab.certificates("ca.crt", lab.ca("CN=other")),
      ],
      env: { ALL_PROXY: `socks5://127.0.0.1:${proxy}` },
      text: ["CN=lab"],
      also: [],
    };
  },
});
