import { haproxy } from "../../lab/haproxy.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "trust.missing-intermediate",
  title: "HAProxy whose file lacks the intermediate",
  side: "server",
  needs: ["haproxy"],
  async build(lab) {
    const root = lab.ca("CN=lab-root");
    const intermediate = lab.ca("CN=lab-intermediate", { issuer: root });
    const { port } = await haproxy(lab, { leaf: lab.server(["127.0.0.1"], intermediate) });
    const caFile = lab.certificates("ca.crt", root);
    return { args: [`127.0.0.1:${port}`, "--ca", caFile], text: ["lab-intermediate"], also: [] };
  },
});
