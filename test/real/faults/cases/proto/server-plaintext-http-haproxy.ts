import { haproxy } from "../../lab/haproxy.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.server-plaintext-http",
  title: "HAProxy whose bind line has no ssl",
  needs: ["haproxy"],
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const caFile = lab.certificates("ca.crt", ca);
    const leaf = lab.server(["127.0.0.1"], ca);
    const { port } = await haproxy(lab, { leaf, tls: false });
    return { args: [`https://127.0.0.1:${port}`, "--ca", caFile], text: ["HTTP"], also: [] };
  },
});
