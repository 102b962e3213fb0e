import { defineCase } from "../../lab/lab-case.ts";
import { ocspResponse } from "../../lab/ocsp.ts";

export const labCase = defineCase({
  fault: "revoke.ocsp",
  title: "the server staples that it is revoked",
  side: "server",
  needs: ["openssl"],
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const caFile = lab.certificates("ca.crt", ca);
    const server = lab.server(["127.0.0.1"], ca);
    const port = await lab.servesStapled(server, ocspResponse(lab, ca, server, "R"));
    return {
      args: [`127.0.0.1:${port}`, "--ca", caFile],
      text: ["CN=127.0.0.1", "revoked"],
      fix: ["CN=127.0.0.1"],
      also: [],
    };
  },
});
