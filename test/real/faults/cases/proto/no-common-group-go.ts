import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.no-common-group",
  title: "the server takes X448 only, which Go does not have",
  side: "server",
  needs: ["openssl"],
  async build(lab) {
    const ca = lab.ca("CN=lab");
    const server = lab.pair("server", lab.server(["127.0.0.1"], ca));
    const { port } = await lab.openssl({
      "-cert": server.cert,
      "-key": server.key,
      "-groups": "X448",
    });
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      text: ["x448"],
      fix: ["X25519"],
      also: [],
    };
  },
});
