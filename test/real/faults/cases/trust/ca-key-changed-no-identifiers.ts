import { defineCase } from "../../lab/lab-case.ts";
import { Lab } from "../../lab/lab.ts";

export const labCase = defineCase({
  fault: "trust.ca-key-changed",
  title: "as openssl without extensions issues: no key identifiers",
  side: "client",
  async build(lab) {
    const root = lab.ca("CN=lab-root");
    const former = lab.ca("CN=lab-root", { extensions: Lab.without("subjectKeyIdentifier") });
    const server = lab.server(["127.0.0.1"], root, {
      extensions: Lab.without("authorityKeyIdentifier"),
    });
    const port = await lab.serves(server);
    const ca = lab.certificates("ca.crt", former);
    return {
      args: [`127.0.0.1:${port}`, "--ca", ca],
      text: ["CN=lab-root", ca],
      fix: [ca, "CN=lab-root"],
      also: [],
    };
  },
});
