import { postgresql } from "../../lab/postgresql.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "PostgreSQL that is asked for TLS in its own protocol",
  needs: ["postgresql"],
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const caFile = lab.certificates("ca.crt", ca);
    const leaf = lab.server(["127.0.0.1"], ca);
    const pair = lab.pair("server", leaf);
    const port = await postgresql(lab, pair);
    return { args: [`postgres://127.0.0.1:${port}/app`, "--ca", caFile], also: [] };
  },
});
