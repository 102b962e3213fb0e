import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.client-too-old",
  title: "the server takes TLS 1.3 only, the client speaks 1.2",
  side: "client",
  needs: ["openssl"],
  async build(lab) {
    const ca = lab.ca("CN=lab");
    const server = lab.pair("server", lab.server(["127.0.0.1"], ca));
    const { port } = await lab.openssl({
      "-cert": server.cert,
      "-key": server.key,
      "-tls1_3": "",
    });
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", ca), "--tls-max", "1.2"],
      text: ["1.2", "TLS 1.3"],
      fix: ["--tls-max"],
      also: [],
    };
  },
});
