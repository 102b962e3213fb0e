import { haproxy } from "../../lab/haproxy.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.none-sent",
  title: "HAProxy with verify required, and a client without a certificate",
  side: "client",
  needs: ["haproxy"],
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const caFile = lab.certificates("ca.crt", ca);
    const leaf = lab.server(["127.0.0.1"], ca);
    const { port } = await haproxy(lab, { leaf, bind: `ca-file ${caFile} verify required` });
    return {
      args: [`127.0.0.1:${port}`, "--ca", caFile],
      text: ['"CN=lab-ca"'],
      fix: ["--cert", "--key"],
      also: [],
    };
  },
});
