import { secureDatabase } from "../../lab/postgresql.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.wrong-ca",
  title: "PostgreSQL that does not know the CA of the client's certificate",
  side: "client",
  needs: ["postgresql"],
  async build(lab) {
    const { caFile, port } = await secureDatabase(lab, { access: "hostssl all all all cert" });
    const { cert, key } = lab.pair("client", lab.client("postgres", lab.ca("CN=other-ca")));
    return {
      args: [`postgres://127.0.0.1:${port}`, "--ca", caFile, "--cert", cert, "--key", key],
      text: ["other-ca"],
      fix: [cert],
      also: ["trust.root-sent"],
    };
  },
});
