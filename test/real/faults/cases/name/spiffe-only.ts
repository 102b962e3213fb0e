import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "name.spiffe-only",
  title: "a workload's mesh certificate, reached by host name",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const server = lab.server(["spiffe://cluster.local/ns/default/sa/web"], ca);
    const port = await lab.serves(server);
    return {
      args: [`localhost:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      text: ["spiffe://cluster.local/ns/default/sa/web"],
      fix: ["mesh", "localhost"],
      also: [],
    };
  },
});
