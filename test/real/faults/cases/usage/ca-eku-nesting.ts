import { purpose } from "../../../../../src/core/x509/oids.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "usage.ca-eku-nesting",
  title: "the intermediate is for clients only",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const inter = lab.ca("CN=lab-clients", {
      issuer: ca,
      extensions: { extendedKeyUsage: [purpose.clientAuth] },
    });
    const port = await lab.serves(lab.server(["127.0.0.1"], inter), inter);
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      text: ["CN=lab-clients", "clientAuth"],
      fix: ["CN=lab-clients"],
      also: [],
    };
  },
});
