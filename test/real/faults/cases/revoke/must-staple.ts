import { defineCase } from "../../lab/lab-case.ts";
import { extension } from "../../../../../src/core/x509/oids.ts";

export const labCase = defineCase({
  fault: "revoke.must-staple",
  title: "must staple, and nothing is stapled",
  side: "server",
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
    const port = await lab.serves(server);
    return {
      args: [`127.0.0.1:${port}`, "--ca", caFile],
      text: ["CN=127.0.0.1", "stapled"],
      fix: ["CN=127.0.0.1", "ssl_stapling"],
      also: [],
    };
  },
});
