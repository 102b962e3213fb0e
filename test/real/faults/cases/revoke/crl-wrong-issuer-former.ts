import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "revoke.crl-wrong-issuer",
  title: "the list of the CA's former generation",
  side: "server",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const caFile = lab.certificates("ca.crt", ca);
    const port = await lab.serves(lab.server(["127.0.0.1"], ca));
    const crl = lab.revocationList("ca.crl", lab.ca("CN=lab-ca"), []);
    return {
      args: [`127.0.0.1:${port}`, "--ca", caFile, "--crl", crl],
      text: [crl, "another key"],
      fix: [crl, "CN=lab-ca"],
      also: [],
    };
  },
});
