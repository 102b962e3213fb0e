import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "name.san-malformed",
  title: "the certificate has host and port as one name",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const server = lab.server(["localhost:2379"], ca);
    const port = await lab.serves(server);
    return {
      args: [`localhost:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      text: ["localhost:2379"],
      fix: ["localhost in place of"],
      also: [],
    };
  },
});
