import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "trust.chain-order",
  title: "root before intermediate",
  side: "server",
  async build(lab) {
    const root = lab.ca("CN=lab-root");
    const inter = lab.ca("CN=lab-intermediate", { issuer: root });
    const port = await lab.serves(lab.server(["127.0.0.1"], inter), root, inter);
    const ca = lab.certificates("ca.crt", root);
    return {
      args: [`127.0.0.1:${port}`, "--ca", ca],
      text: ["wrong order"],
      fix: ["CN=127.0.0.1", "CN=lab-intermediate"],
      also: ["trust.root-sent"],
    };
  },
});
