import { connect } from "node:net";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.sni-required",
  title: "without a name the server fails with internal_error, with one it works",
  side: "client",
  async build(lab) {
    const ca = lab.ca("CN=lab");
    const server = await lab.serves(lab.server(["localhost"], ca));
    const port = await lab.tcp((socket) => {
      socket.once("data", (hello) => {
        if (!hello.includes("localhost")) return socket.end(Buffer.from("15030300020250", "hex"));
        const behind = connect({ host: "127.0.0.1", port: server });
        socket.on("close", () => behind.destroy());
        behind.write(hello);
        socket.pipe(behind).pipe(socket);
      });
    });
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      evidence: ["internal_error"],
      also: [],
    };
  },
});
