import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.no-common-cipher",
  title: "the server takes a suite that nobody offers unasked",
  side: "server",
  needs: ["openssl"],
  async build(lab) {
    const ca = lab.ca("CN=lab");
    const server = lab.pair("server", lab.server(["127.0.0.1"], ca));
    const { port } = await lab.openssl({
      "-cert": server.cert,
      "-key": server.key,
      "-tls1_3": "",
      "-ciphersuites": "TLS_AES_128_CCM_8_SHA256",
    });
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      text: ["TLS_AES_128_CCM_8_SHA256"],
      also: [],
    };
  },
});
