import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "trust.ca-no-certsign",
  title: "an intermediate with the key usage of a server",
  side: "server",
  async build(lab) {
    const root = lab.ca("CN=lab-root");
    const inter = lab.ca("CN=lab-intermediate", {
      issuer: root,
      extensions: { keyUsage: ["digitalSignature"] },
    });
    const port = await lab.serves(lab.server(["127.0.0.1"], inter), inter);
    const ca = lab.certificates("ca.crt", root);
    return {
      args: [`127.0.0.1:${port}`, "--ca", ca],
      text: ["CN=lab-intermediate", "keyCertSign"],
      fix: ["CN=lab-intermediate", "keyCertSign"],
      also: [],
    };
  },
});
