import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "HTTPS_PROXY is set, and this machine itself is never reached through it",
  async build(lab) {
    const ca = lab.ca("CN=lab");
    const port = await lab.serves(lab.server(["127.0.0.1"], ca));
    return {
      args: [`https://127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      env: { HTTPS_PROXY: "http://127.0.0.1:9" },
      also: [],
    };
  },
});
