import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "revoke.crl",
  title: "the list has the server's serial number",
  side: "server",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const caFile = lab.certificates("ca.crt", ca);
    const server = lab.server(["127.0.0.1"], ca);
    const port = await lab.serves(server);
    const crl = lab.revocationList("ca.crl", ca, [server]);
    return {
      args: [`127.0.0.1:${port}`, "--ca", caFile, "--crl", crl],
      text: ["CN=127.0.0.1", "revoked", "keyCompromise"],
      fix: ["CN=127.0.0.1", crl],
      also: [],
    };
  },
});
