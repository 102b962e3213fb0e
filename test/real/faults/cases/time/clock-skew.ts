import { defineCase } from "../../lab/lab-case.ts";
import { day } from "../../lab/lab.ts";

export const labCase = defineCase({
  fault: "time.clock-skew",
  title: "our clock lies before every certificate",
  side: "clock",
  async build(lab) {
    const dates = { notBefore: lab.now + 30 * day, notAfter: lab.now + 400 * day };
    const ca = lab.ca("CN=lab-ca", dates);
    const port = await lab.serves(lab.server(["127.0.0.1"], ca, dates));
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      text: ["clock"],
      fix: ["chronyc"],
      also: [],
    };
  },
});
