import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "trust.anchor-is-intermediate",
  title: "the CA file has the intermediate only",
  side: "client",
  async build(lab) {
    const root = lab.ca("CN=lab-root");
    const inter = lab.ca("CN=lab-intermediate", { issuer: root });
    const port = await lab.serves(lab.server(["127.0.0.1"], inter), inter);
    const ca = lab.certificates("ca.crt", inter);
    return {
      args: [`127.0.0.1:${port}`, "--ca", ca],
      text: ["CN=lab-intermediate", ca],
      fix: [ca, "CN=lab-root"],
      also: [],
    };
  },
});
