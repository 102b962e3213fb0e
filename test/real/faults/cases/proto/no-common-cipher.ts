import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.no-common-cipher",
  title: "an ECDSA certificate beside suites for RSA",
  side: "server",
  needs: ["openssl"],
  async build(lab) {
    const ca = lab.ca("CN=lab");
    const server = lab.pair("server", lab.server(["127.0.0.1"], ca));
    const { port } = await lab.openssl({
      "-cert": server.cert,
      "-key": server.key,
      "-tls1_2": "",
      "-cipher": "ECDHE-RSA-AES128-GCM-SHA256",
    });
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      fix: ["ECDHE-ECDSA"],
      also: [],
    };
  },
});
