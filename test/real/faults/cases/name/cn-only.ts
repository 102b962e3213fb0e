import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "name.cn-only",
  title: "no SAN, the name in the common name only: Go refuses, curl accepts",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const server = lab.server([], ca, { subject: "CN=localhost" });
    const port = await lab.serves(server);
    return {
      args: [`localhost:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      text: ["localhost"],
      fix: ["localhost"],
      also: [],
    };
  },
});
