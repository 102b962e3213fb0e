import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "trust.critical-ext-unknown",
  title: "an intermediate with a critical extension of our own",
  side: "server",
  async build(lab) {
    const root = lab.ca("CN=lab-root");
    const inter = lab.ca("CN=lab-intermediate", {
      issuer: root,
      extensions: {
        other: [{ oid: "1.3.6.1.4.1.99999.1", critical: true, value: Uint8Array.of(5, 0) }],
      },
    });
    const port = await lab.serves(lab.server(["127.0.0.1"], inter), inter);
    const ca = lab.certificates("ca.crt", root);
    return {
      args: [`127.0.0.1:${port}`, "--ca", ca],
      text: ["1.3.6.1.4.1.99999.1", "CN=lab-intermediate"],
      fix: ["1.3.6.1.4.1.99999.1"],
      also: [],
    };
  },
});
