import { connect } from "node:net";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.idle-reset",
  title: "the handshake is done, and half a second of silence later the connection is reset",
  side: "network",
  within: 3000,
  async build(lab) {
    const ca = lab.ca("CN=lab");
    const leaf = lab.server(["127.0.0.1"], ca);
    const behind = await lab.tls(leaf, (socket) => void socket.resume());
    const port = await lab.tcp((socket) => {
      const server = connect({ host: "127.0.0.1", port: behind });
      socket.on("close", () => server.destroy());
      socket.pipe(server).pipe(socket);
      setTimeout(() => socket.resetAndDestroy(), 900);
    });
    return { args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", ca)], also: [] };
  },
});
