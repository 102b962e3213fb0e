import { secureDatabase } from "../../lab/postgresql.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.none-sent",
  title: "PostgreSQL whose pg_hba.conf demands a client certificate",
  side: "client",
  needs: ["postgresql"],
  async build(lab) {
    const { caFile, port } = await secureDatabase(lab, {
      access: "hostssl all all all scram-sha-256 clientcert=verify-ca",
    });
    return {
      args: [`postgres://127.0.0.1:${port}`, "--ca", caFile],
      evidence: ["connection requires a valid client certificate"],
      fix: ["--cert", "--key"],
      also: ["trust.root-sent"],
    };
  },
});
