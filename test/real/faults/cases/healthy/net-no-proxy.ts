import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "HTTPS_PROXY is set, and NO_PROXY excepts the server",
  async build(lab) {
    const ca = lab.ca("CN=lab");
    const port = await lab.serves(lab.server(["etcd1.localhost"], ca));
    return {
      args: [`https://etcd1.localhost:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      env: { HTTPS_PROXY: "http://127.0.0.1:9", NO_PROXY: ".localhost,10.0.0.0/8" },
      also: [],
    };
  },
});
