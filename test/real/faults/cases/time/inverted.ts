import { defineCase } from "../../lab/lab-case.ts";
import { day, hour } from "../../lab/lab.ts";

export const labCase = defineCase({
  fault: "time.inverted",
  title: "the certificate ends before it begins",
  side: "server",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const port = await lab.serves(
      lab.server(["127.0.0.1"], ca, { notBefore: lab.now - hour, notAfter: lab.now - day }),
    );
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      text: ["before it begins"],
      fix: ["CN=127.0.0.1"],
      also: [],
    };
  },
});
