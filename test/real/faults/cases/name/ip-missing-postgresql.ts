import { postgresql } from "../../lab/postgresql.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "name.ip-missing",
  title: "PostgreSQL with a certificate for another name",
  side: "server",
  needs: ["postgresql"],
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const pair = lab.pair("server", lab.server(["db1.lab.test"], ca));
    const port = await postgresql(lab, pair);
    return {
      args: [`postgres://bob:secret@127.0.0.1:${port}/app`, "--ca", lab.certificates("ca.crt", ca)],
      text: ["127.0.0.1", "db1.lab.test"],
      also: [],
    };
  },
});
