import { purpose } from "../../../../../src/core/x509/oids.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "usage.no-serverauth",
  title: "a client's certificate used as a server's",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const port = await lab.serves(
      lab.server(["127.0.0.1"], ca, { extensions: { extendedKeyUsage: [purpose.clientAuth] } }),
    );
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      text: ["clientAuth", "127.0.0.1"],
      fix: ["serverAuth"],
      also: [],
    };
  },
});
