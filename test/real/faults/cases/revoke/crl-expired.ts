import { defineCase } from "../../lab/lab-case.ts";
import { hour } from "../../lab/lab.ts";

export const labCase = defineCase({
  fault: "revoke.crl-expired",
  title: "the list was to be replaced an hour ago",
  side: "server",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const caFile = lab.certificates("ca.crt", ca);
    const port = await lab.serves(lab.server(["127.0.0.1"], ca));
    const crl = lab.revocationList("ca.crl", ca, [], { nextUpdate: lab.now - hour });
    return {
      args: [`127.0.0.1:${port}`, "--ca", caFile, "--crl", crl],
      text: [crl, "CN=lab-ca"],
      fix: [crl, "CN=lab-ca"],
      also: [],
    };
  },
});
