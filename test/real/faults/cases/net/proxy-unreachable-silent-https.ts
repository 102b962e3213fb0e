import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.proxy-unreachable",
  title: "the https:// proxy accepts the connection and says nothing",
  side: "client",
  within: 5000,
  async build(lab) {
    const proxy = await lab.tcp(() => undefined);
    return {
      args: ["https://etcd1.corp.example:2379", "--timeout", "1s"],
      env: { HTTPS_PROXY: `https://127.0.0.1:${proxy}` },
      text: [`https://127.0.0.1:${proxy}`, "no answer to a TLS handshake"],
      also: [],
    };
  },
});
