import { defineCase } from "../../lab/lab-case.ts";
import { ocspResponse } from "../../lab/ocsp.ts";
import { extension } from "../../../../../src/core/x509/oids.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "must staple, and a good response is stapled",
  needs: ["openssl"],
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const caFile = lab.certificates("ca.crt", ca);
    const server = lab.server(["127.0.0.1"], ca, {
      extensions: {
        other: [
          { oid: extension.tlsFeature, critical: false, value: Uint8Array.of(48, 3, 2, 1, 5) },
        ],
      },
    });
    const port = await lab.servesStapled(server, ocspResponse(lab, ca, server, "V"));
    return {
      args: [`127.0.0.1:${port}`, "--ca", caFile],
      also: [],
    };
  },
});
