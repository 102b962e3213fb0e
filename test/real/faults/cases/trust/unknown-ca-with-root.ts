import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "trust.unknown-ca",
  title: "the server sends the root that the client does not trust",
  side: "client",
  async build(lab) {
    const root = lab.ca("CN=lab-root");
    const other = lab.ca("CN=other-ca");
    const port = await lab.serves(lab.server(["127.0.0.1"], other), other);
    const ca = lab.certificates("ca.crt", root);
    return {
      args: [`127.0.0.1:${port}`, "--ca", ca],
      text: ["CN=other-ca", ca],
      fix: ["CN=other-ca", ca],
      also: ["trust.root-sent"],
    };
  },
});
