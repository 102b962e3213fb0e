import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.proxy-unreachable",
  title: "HTTPS_PROXY is left over from a proxy that has ended",
  side: "client",
  async build(lab) {
    const port = await lab.closedPort();
    return {
      args: ["https://etcd1.corp.example:2379"],
      env: { HTTPS_PROXY: `http://127.0.0.1:${port}` },
      text: [`http://127.0.0.1:${port}`],
      fix: ["HTTPS_PROXY", "NO_PROXY", "etcd1.corp.example"],
      also: [],
    };
  },
});
