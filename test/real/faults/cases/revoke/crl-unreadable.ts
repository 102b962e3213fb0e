import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "revoke.crl-unreadable",
  title: "a certificate in the place of the list",
  side: "server",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const caFile = lab.certificates("ca.crt", ca);
    const port = await lab.serves(lab.server(["127.0.0.1"], ca));
    const crl = lab.certificates("ca.crl", ca);
    return {
      args: [`127.0.0.1:${port}`, "--ca", caFile, "--crl", crl],
      text: [crl, "certificate"],
      fix: [crl],
      also: [],
    };
  },
});
