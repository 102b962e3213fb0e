import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.server-internal",
  title: "a Go server whose GetCertificate fails for everybody",
  side: "server",
  needs: ["go"],
  async build(lab) {
    const { port, caFile } = await lab.goByName("-");
    return {
      args: [`localhost:${port}`, "--ca", caFile],
      text: [`localhost:${port}`],
      evidence: ["80"],
      also: [],
    };
  },
});
