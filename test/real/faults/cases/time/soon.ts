import { defineCase } from "../../lab/lab-case.ts";
import { day, hour } from "../../lab/lab.ts";

export const labCase = defineCase({
  fault: "time.soon",
  title: "a certificate of a year ends in three days",
  side: "server",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const port = await lab.serves(
      lab.server(["127.0.0.1"], ca, {
        notBefore: lab.now - 362 * day,
        notAfter: lab.now + 3 * day + hour,
      }),
    );
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      text: ["in 3 days"],
      fix: ["CN=127.0.0.1"],
      also: [],
    };
  },
});
