import { secureDatabase } from "../../lab/postgresql.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "name.ip-missing",
  title: "PostgreSQL with a certificate for another name",
  side: "server",
  needs: ["postgresql"],
  async build(lab) {
    const { caFile, port } = await secureDatabase(lab, { names: ["db1.lab.test"] });
    return {
      args: [`postgres://bob:secret@127.0.0.1:${port}/app`, "--ca", caFile],
      text: ["127.0.0.1", "db1.lab.test"],
      also: [],
    };
  },
});
