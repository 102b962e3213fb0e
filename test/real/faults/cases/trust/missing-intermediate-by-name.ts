import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "trust.missing-intermediate",
  title: "nothing but its name tells that the issuer is an intermediate",
  side: "server",
  async build(lab) {
    const root = lab.ca("CN=lab-root");
    const inter = lab.ca("CN=lab-intermediate", { issuer: root });
    const port = await lab.serves(lab.server(["127.0.0.1"], inter));
    const ca = lab.certificates("ca.crt", root);
    return {
      args: [`127.0.0.1:${port}`, "--ca", ca],
      text: ["CN=lab-intermediate"],
      fix: ["CN=lab-intermediate"],
      also: [],
    };
  },
});
