import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "trust.pathlen",
  title: "a CA below one that allows none",
  side: "server",
  async build(lab) {
    const root = lab.ca("CN=lab-root");
    const first = lab.ca("CN=lab-first", {
      issuer: root,
      extensions: { basicConstraints: { ca: true, pathLength: 0 } },
    });
    const second = lab.ca("CN=lab-second", { issuer: first });
    const port = await lab.serves(lab.server(["127.0.0.1"], second), second, first);
    const ca = lab.certificates("ca.crt", root);
    return {
      args: [`127.0.0.1:${port}`, "--ca", ca],
      text: ["CN=lab-first", "allows 0 CAs", "there is 1"],
      fix: ["CN=lab-first"],
      also: [],
    };
  },
});
