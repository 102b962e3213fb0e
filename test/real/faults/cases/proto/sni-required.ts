import { connect } from "node:net";
import { pemOf } from "../../lab/lab.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.sni-required",
  title: "the server serves names, and the client has an address",
  side: "client",
  async build(lab) {
    const ca = lab.ca("CN=lab");
    const leaf = lab.server(["localhost"], ca);
    const { pem } = { pem: pemOf(leaf) };
    const server = await lab.https({
      cert: pem,
      key: leaf.key.pem("pkcs8"),
    });
    // As nginx's ssl_reject_handshake does: the name stands in the clear in the ClientHello.
    const port = await lab.tcp((socket) => {
      socket.once("data", (hello) => {
        if (!hello.includes("localhost")) return socket.end(Buffer.from("15030300020270", "hex"));
        const behind = connect({ host: "127.0.0.1", port: server });
        socket.on("close", () => behind.destroy());
        behind.write(hello);
        socket.pipe(behind).pipe(socket);
      });
    });
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      evidence: ["unrecognized_name", "localhost"],
      fix: ["127.0.0.1", "--servername"],
      also: [],
    };
  },
});
