import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.alpn-mismatch",
  title: "the server wants a protocol that nobody offers",
  side: "server",
  needs: ["openssl"],
  async build(lab) {
    const ca = lab.ca("CN=lab");
    const server = lab.pair("server", lab.server(["127.0.0.1"], ca));
    const { port } = await lab.openssl({
      "-cert": server.cert,
      "-key": server.key,
      "-alpn": "foo",
    });
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      fix: ["h2"],
      also: [],
    };
  },
});
