import { defineCase } from "../../lab/lab-case.ts";
import { hour } from "../../lab/lab.ts";

export const labCase = defineCase({
  fault: "time.intermediate-expired",
  title: "the intermediate ended, the server's own certificate has not",
  side: "server",
  async build(lab) {
    const root = lab.ca("CN=lab-root");
    const inter = lab.ca("CN=lab-intermediate", { issuer: root, notAfter: lab.now - hour });
    const port = await lab.serves(lab.server(["127.0.0.1"], inter), inter);
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", root)],
      text: ["CN=lab-intermediate", "expired"],
      fix: ["CN=lab-intermediate", "CN=lab-root"],
      also: [],
    };
  },
});
