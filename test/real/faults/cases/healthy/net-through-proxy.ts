import { connect } from "node:net";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "a proxy makes the tunnel",
  within: 4000,
  async build(lab) {
    const ca = lab.ca("CN=lab");
    const server = await lab.serves(lab.server(["etcd1.corp.example"], ca));
    const proxy = await lab.tcp((socket) => {
      socket.once("data", () => {
        const behind = connect({ host: "127.0.0.1", port: server });
        socket.on("close", () => behind.destroy());
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        socket.pipe(behind).pipe(socket);
      });
    });
    return {
      args: ["https://etcd1.corp.example:2379", "--ca", lab.certificates("ca.crt", ca)],
      env: { HTTPS_PROXY: `127.0.0.1:${proxy}` },
      also: [],
    };
  },
});
