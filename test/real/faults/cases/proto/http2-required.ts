import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.http2-required",
  title: "a gRPC server without ALPN answers with SETTINGS",
  side: "client",
  async build(lab) {
    const ca = lab.ca("CN=lab");
    const port = await lab.tls(lab.server(["127.0.0.1"], ca), (socket) => {
      socket.write(Buffer.from("000000040000000000", "hex"));
      socket.resume();
    });
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      text: ["HTTP/2"],
      also: [],
    };
  },
});
