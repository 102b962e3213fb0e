import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "the intermediate twice, and the root with it",
  async build(lab) {
    const root = lab.ca("CN=lab-root");
    const inter = lab.ca("CN=lab-intermediate", { issuer: root });
    const port = await lab.serves(lab.server(["127.0.0.1"], inter), inter, inter, root);
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", root)],
      also: ["trust.chain-duplicate", "trust.root-sent"],
    };
  },
});
