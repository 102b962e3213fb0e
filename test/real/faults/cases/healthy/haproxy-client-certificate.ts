import { haproxy } from "../../lab/haproxy.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "HAProxy that demands a client certificate, and gets the right one",
  needs: ["haproxy"],
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const caFile = lab.certificates("ca.crt", ca);
    const leaf = lab.server(["127.0.0.1"], ca);
    const { port } = await haproxy(lab, { leaf, bind: `ca-file ${caFile} verify required` });
    const { cert, key } = lab.pair("client", lab.client("alice", ca));
    return { args: [`127.0.0.1:${port}`, "--ca", caFile, "--cert", cert, "--key", key], also: [] };
  },
});
