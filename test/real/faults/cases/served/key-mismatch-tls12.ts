import { defineCase } from "../../lab/lab-case.ts";
import { pemOf } from "../../lab/lab.ts";
import { wrongKeyFor } from "../../lab/wrong-key.ts";

export const labCase = defineCase({
  fault: "served.key-mismatch",
  title: "the server signs with another key than its certificate's, over TLS 1.2",
  side: "server",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const caFile = lab.certificates("ca.crt", ca);
    const server = lab.server(["127.0.0.1"], ca);
    const key = wrongKeyFor(server, lab.server(["other"], ca));
    const port = await lab.https({ cert: pemOf(server), key });
    return {
      args: [`127.0.0.1:${port}`, "--ca", caFile, "--tls-max", "1.2"],
      text: [`127.0.0.1:${port}`, "does not have the key"],
      fix: ["CN=127.0.0.1"],
      also: [],
    };
  },
});
