import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "a Go server whose GetCertificate knows the name",
  needs: ["go"],
  async build(lab) {
    const { port, caFile } = await lab.goByName("localhost");
    return { args: [`localhost:${port}`, "--ca", caFile], also: [] };
  },
});
