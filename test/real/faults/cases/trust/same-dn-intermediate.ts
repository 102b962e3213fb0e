import { defineCase } from "../../lab/lab-case.ts";
import { Lab } from "../../lab/lab.ts";

export const labCase = defineCase({
  fault: "trust.same-dn-intermediate",
  title: "Go made an intermediate with its root's name",
  side: "server",
  async build(lab) {
    const root = lab.ca("CN=lab-root");
    const inter = lab.ca("CN=lab-root", {
      issuer: root,
      extensions: Lab.without("authorityKeyIdentifier"),
    });
    const port = await lab.serves(lab.server(["127.0.0.1"], inter), inter);
    const ca = lab.certificates("ca.crt", root);
    return {
      args: [`127.0.0.1:${port}`, "--ca", ca],
      text: ["CN=lab-root", "same name"],
      fix: ["CN=lab-root", "name of its own"],
      also: [],
    };
  },
});
