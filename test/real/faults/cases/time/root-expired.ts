import { defineCase } from "../../lab/lab-case.ts";
import { hour } from "../../lab/lab.ts";

export const labCase = defineCase({
  fault: "time.root-expired",
  title: "the root in the CA file ended",
  side: "server",
  async build(lab) {
    const root = lab.ca("CN=lab-root", { notAfter: lab.now - hour });
    const port = await lab.serves(lab.server(["127.0.0.1"], root));
    const ca = lab.certificates("ca.crt", root);
    return {
      args: [`127.0.0.1:${port}`, "--ca", ca],
      text: ["CN=lab-root", "expired"],
      fix: ["CN=lab-root", ca],
      also: [],
    };
  },
});
