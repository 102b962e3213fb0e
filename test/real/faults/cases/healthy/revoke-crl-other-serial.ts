import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "a list that revokes another certificate",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const caFile = lab.certificates("ca.crt", ca);
    const port = await lab.serves(lab.server(["127.0.0.1"], ca));
    const crl = lab.revocationList("ca.crl", ca, [lab.server(["other"], ca)]);
    return {
      args: [`127.0.0.1:${port}`, "--ca", caFile, "--crl", crl],
      also: [],
    };
  },
});
