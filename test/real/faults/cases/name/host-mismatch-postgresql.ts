import { secureDatabase } from "../../lab/postgresql.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "name.host-mismatch",
  title: "PostgreSQL with a certificate for another host name",
  side: "server",
  needs: ["postgresql"],
  async build(lab) {
    const { caFile, port } = await secureDatabase(lab, { names: ["db1.lab.test"] });
    return {
      args: [`postgres://localhost:${port}/app`, "--ca", caFile],
      text: ["localhost", "db1.lab.test"],
      also: [],
    };
  },
});
