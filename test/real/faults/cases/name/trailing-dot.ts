import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "name.trailing-dot",
  title: "the certificate has localhost. with a dot",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const server = lab.server(["localhost."], ca);
    const port = await lab.serves(server);
    return {
      args: [`localhost:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      text: ["localhost."],
      fix: ["localhost"],
      also: [],
    };
  },
});
