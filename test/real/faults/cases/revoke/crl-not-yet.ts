import { day, hour } from "../../lab/lab.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "revoke.crl-expired",
  title: "the list begins tomorrow",
  side: "server",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const port = await lab.serves(lab.server(["127.0.0.1"], ca));
    const dates = { thisUpdate: lab.now + day, nextUpdate: lab.now + day + hour };
    const crl = lab.revocationList("ca.crl", ca, [], dates);
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", ca), "--crl", crl],
      text: [crl, "not in force before"],
      fix: [crl, "CN=lab-ca"],
    };
  },
});
