import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "name.cn-only",
  title: "no SAN, an address in the common name",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const server = lab.server([], ca, { subject: "CN=127.0.0.1" });
    const port = await lab.serves(server);
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      text: ["127.0.0.1"],
      fix: ["127.0.0.1"],
      also: [],
    };
  },
});
