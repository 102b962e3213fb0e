import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "trust.missing-intermediate",
  title: "the intermediate lies beside the CA file",
  side: "server",
  async build(lab) {
    const root = lab.ca("CN=lab-root");
    const inter = lab.ca("CN=lab-second", { issuer: root });
    const file = lab.certificates("second.crt", inter);
    const port = await lab.serves(lab.server(["127.0.0.1"], inter));
    const ca = lab.certificates("ca.crt", root);
    return {
      args: [`127.0.0.1:${port}`, "--ca", ca],
      text: ["CN=lab-second", "1 certificate"],
      fix: [file, "CN=lab-second"],
      also: [],
      evidence: ["the chain is complete"],
    };
  },
});
