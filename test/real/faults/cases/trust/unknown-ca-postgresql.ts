import { secureDatabase } from "../../lab/postgresql.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "trust.unknown-ca",
  title: "PostgreSQL with a certificate of a CA that the client does not know",
  needs: ["postgresql"],
  async build(lab) {
    const { port } = await secureDatabase(lab);
    const other = lab.certificates("other.crt", lab.ca("CN=other-ca"));
    return {
      args: [`postgresql://127.0.0.1:${port}`, "--ca", other],
      text: ["lab-ca"],
      fix: ["other.crt"],
      also: [],
    };
  },
});
