import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.sni-required",
  title: "a Go server whose GetCertificate fails without a server name",
  side: "client",
  needs: ["go"],
  async build(lab) {
    const { port, caFile } = await lab.goByName("localhost");
    return { args: [`127.0.0.1:${port}`, "--ca", caFile], text: [`127.0.0.1:${port}`], also: [] };
  },
});
