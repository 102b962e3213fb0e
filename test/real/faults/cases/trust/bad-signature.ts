import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "trust.bad-signature",
  title: "an octet of the signature was changed",
  side: "server",
  async build(lab) {
    const root = lab.ca("CN=lab-root");
    const server = lab.altered(lab.server(["127.0.0.1"], root));
    const port = await lab.serves(server);
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", root)],
      text: ["altered", "CN=127.0.0.1"],
      fix: ["CN=127.0.0.1", "CN=lab-root"],
      also: [],
    };
  },
});
