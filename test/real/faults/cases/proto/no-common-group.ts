import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.no-common-group",
  title: "the server takes brainpool curves only",
  side: "server",
  needs: ["openssl"],
  async build(lab) {
    const ca = lab.ca("CN=lab");
    const server = lab.pair("server", lab.server(["127.0.0.1"], ca));
    const { port } = await lab.openssl({
      "-cert": server.cert,
      "-key": server.key,
      "-tls1_2": "",
      "-groups": "brainpoolP256r1",
    });
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      text: ["brainpoolP256r1"],
      fix: ["X25519"],
      also: [],
    };
  },
});
