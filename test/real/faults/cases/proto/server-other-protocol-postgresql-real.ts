import { secureDatabase } from "../../lab/postgresql.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.server-other-protocol",
  title: "a real PostgreSQL that is greeted with TLS at once",
  side: "config",
  needs: ["postgresql"],
  async build(lab) {
    const { caFile, port } = await secureDatabase(lab);
    return {
      args: [`127.0.0.1:${port}`, "--ca", caFile],
      text: ["PostgreSQL"],
      fix: [`postgres://127.0.0.1:${port}`],
      also: [],
    };
  },
});
