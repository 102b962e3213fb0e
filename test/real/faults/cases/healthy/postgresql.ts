import { secureDatabase } from "../../lab/postgresql.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "PostgreSQL that is asked for TLS in its own protocol",
  needs: ["postgresql"],
  async build(lab) {
    const { caFile, port } = await secureDatabase(lab);
    return { args: [`postgres://127.0.0.1:${port}/app`, "--ca", caFile], also: [] };
  },
});
