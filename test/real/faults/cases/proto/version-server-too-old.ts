import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.version-server-too-old",
  title: "the server speaks TLS 1.0 only",
  side: "server",
  needs: ["openssl"],
  async build(lab) {
    const ca = lab.ca("CN=lab");
    const server = lab.pair("server", lab.server(["127.0.0.1"], ca));
    const { port } = await lab.openssl({
      "-cert": server.cert,
      "-key": server.key,
      "-tls1": "",
      "-cipher": "DEFAULT@SECLEVEL=0",
    });
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      text: ["TLS 1.0"],
      also: [],
    };
  },
});
