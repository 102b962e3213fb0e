import { defineCase } from "../../lab/lab-case.ts";
import { Lab } from "../../lab/lab.ts";

export const labCase = defineCase({
  fault: "trust.ca-not-ca",
  title: "a root without basic constraints",
  side: "server",
  async build(lab) {
    const root = lab.ca("CN=lab-root", {
      extensions: Lab.without("basicConstraints", "keyUsage"),
    });
    const port = await lab.serves(lab.server(["127.0.0.1"], root));
    const ca = lab.certificates("ca.crt", root);
    return {
      args: [`127.0.0.1:${port}`, "--ca", ca],
      text: ["CN=lab-root", "no basic constraints"],
      fix: ["CN=lab-root", ca],
      also: [],
    };
  },
});
