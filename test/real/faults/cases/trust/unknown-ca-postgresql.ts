import { postgresql } from "../../lab/postgresql.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "trust.unknown-ca",
  title: "PostgreSQL with a certificate of a CA that the client does not know",
  needs: ["postgresql"],
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const leaf = lab.server(["127.0.0.1"], ca);
    const pair = lab.pair("server", leaf);
    const port = await postgresql(lab, pair);
    const other = lab.certificates("other.crt", lab.ca("CN=other-ca"));
    return {
      args: [`postgresql://127.0.0.1:${port}`, "--ca", other],
      text: ["lab-ca"],
      fix: ["other.crt"],
      also: [],
    };
  },
});
