import { secureDatabase } from "../../lab/postgresql.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.name-not-allowed",
  title: "a certificate of another user than the one who connects",
  side: "client",
  needs: ["postgresql"],
  async build(lab) {
    const { ca, caFile, port } = await secureDatabase(lab, { access: "hostssl all all all cert" });
    const { cert, key } = lab.pair("client", lab.client("bob", ca));
    return {
      args: [`postgres://alice@127.0.0.1:${port}`, "--ca", caFile, "--cert", cert, "--key", key],
      text: ["bob", '"alice"'],
      fix: ["pg_ident.conf"],
      also: ["trust.root-sent"],
    };
  },
});
