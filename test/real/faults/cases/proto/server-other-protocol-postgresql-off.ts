import { postgresql } from "../../lab/postgresql.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.server-other-protocol",
  title: "a PostgreSQL whose ssl is off",
  side: "config",
  needs: ["postgresql"],
  async build(lab) {
    const { port } = await postgresql(lab, {});
    return {
      args: [`postgres://127.0.0.1:${port}`],
      text: ["switched off"],
      fix: ["ssl = on"],
      also: [],
    };
  },
});
