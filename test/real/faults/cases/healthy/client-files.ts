import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "CA, certificate and key of a client fit together",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const client = lab.pair("tls", lab.client("web", ca));
    return {
      args: ["--ca", lab.certificates("ca.crt", ca), "--cert", client.cert, "--key", client.key],
      also: [],
    };
  },
});
