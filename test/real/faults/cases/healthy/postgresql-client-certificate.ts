import { secureDatabase } from "../../lab/postgresql.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "PostgreSQL that takes the user from the client's certificate",
  needs: ["postgresql"],
  async build(lab) {
    const { ca, caFile, port } = await secureDatabase(lab, { access: "hostssl all all all cert" });
    const { cert, key } = lab.pair("client", lab.client("postgres", ca));
    return {
      args: [`postgres://127.0.0.1:${port}`, "--ca", caFile, "--cert", cert, "--key", key],
      also: ["trust.root-sent"],
    };
  },
});
