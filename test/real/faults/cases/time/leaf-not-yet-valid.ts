import { defineCase } from "../../lab/lab-case.ts";
import { day } from "../../lab/lab.ts";

export const labCase = defineCase({
  fault: "time.leaf-not-yet-valid",
  title: "the server's certificate begins tomorrow",
  side: "server",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const port = await lab.serves(
      lab.server(["127.0.0.1"], ca, { notBefore: lab.now + day, notAfter: lab.now + 90 * day }),
    );
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      text: ["not valid before"],
      fix: ["CN=127.0.0.1"],
      also: [],
    };
  },
});
