import { postgresql } from "../../lab/postgresql.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.server-other-protocol",
  title: "a real PostgreSQL that is greeted with TLS at once",
  side: "config",
  needs: ["postgresql"],
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const caFile = lab.certificates("ca.crt", ca);
    const leaf = lab.server(["127.0.0.1"], ca);
    const pair = lab.pair("server", leaf);
    const port = await postgresql(lab, pair);
    return {
      args: [`127.0.0.1:${port}`, "--ca", caFile],
      text: ["PostgreSQL"],
      fix: [`postgres://127.0.0.1:${port}`],
      also: [],
    };
  },
});
