import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.server-other-protocol",
  title: "a server of TLS alone, where PostgreSQL was meant",
  side: "config",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const port = await lab.serves(lab.server(["127.0.0.1"], ca));
    return {
      args: [`postgres://127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      text: ["is no PostgreSQL with TLS"],
      also: [],
    };
  },
});
