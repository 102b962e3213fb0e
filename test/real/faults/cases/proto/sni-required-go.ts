import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.sni-required",
  title: "a Go server whose GetCertificate fails without a server name",
  side: "client",
  needs: ["go"],
  async build(lab) {
    const ca = lab.ca("CN=lab");
    const { cert, key } = lab.pair("server", lab.server(["localhost", "127.0.0.1"], ca));
    const { port } = await lab.goByName(cert, key, "localhost");
    const caFile = lab.certificates("ca.crt", ca);
    return { args: [`127.0.0.1:${port}`, "--ca", caFile], text: [`127.0.0.1:${port}`], also: [] };
  },
});
