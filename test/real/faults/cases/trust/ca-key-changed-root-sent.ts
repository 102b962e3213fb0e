import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "trust.ca-key-changed",
  title: "the server sends its new root along",
  side: "client",
  async build(lab) {
    const root = lab.ca("CN=lab-root");
    const former = lab.ca("CN=lab-root");
    const port = await lab.serves(lab.server(["127.0.0.1"], root), root);
    const ca = lab.certificates("ca.crt", former);
    return {
      args: [`127.0.0.1:${port}`, "--ca", ca],
      text: ["CN=lab-root", ca],
      fix: [ca, "CN=lab-root"],
      also: ["trust.root-sent"],
    };
  },
});
