import { callDoctor } from "../../lab/call-doctor.ts";
import { day } from "../../lab/lab.ts";
import { defineCase } from "../../lab/lab-case.ts";
import { secureDatabase } from "../../lab/postgresql.ts";

export const labCase = defineCase({
  fault: "client.rejected",
  title: "what PostgreSQL 15 itself wrote of a certificate that has expired: no reason",
  needs: ["postgresql"],
  async build(lab) {
    const { ca, caFile, port, said } = await secureDatabase(lab, {
      access: "hostssl all all all cert",
    });
    const expired = { notBefore: lab.now - 30 * day, notAfter: lab.now - day };
    const { cert, key } = lab.pair("client", lab.client("bob", ca, expired));
    await callDoctor({
      args: [`postgres://127.0.0.1:${port}`, "--ca", caFile, "--cert", cert, "--key", key],
    });
    return {
      args: ["--log", "-"],
      stdin: said(),
      text: ["refuses the certificate of a client", "does not say why"],
    };
  },
});
