import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.server-internal",
  title: "a Go server whose GetCertificate fails for everybody",
  side: "server",
  needs: ["go"],
  async build(lab) {
    const ca = lab.ca("CN=lab");
    const { cert, key } = lab.pair("server", lab.server(["localhost", "127.0.0.1"], ca));
    const { port } = await lab.goByName(cert, key, "-");
    const caFile = lab.certificates("ca.crt", ca);
    return {
      args: [`localhost:${port}`, "--ca", caFile],
      text: [`localhost:${port}`],
      evidence: ["80"],
      also: [],
    };
  },
});
