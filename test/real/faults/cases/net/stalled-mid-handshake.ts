import { connect } from "node:net";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.stalled-mid-handshake",
  title: "small packets get through, those with certificates do not",
  side: "network",
  within: 4000,
  async build(lab) {
    const server = await lab.serves(lab.server(["127.0.0.1"], lab.ca("CN=lab")));
    const port = await lab.tcp((socket) => {
      const behind = connect({ host: "127.0.0.1", port: server });
      socket.on("close", () => behind.destroy());
      socket.pipe(behind);
      behind.once("data", (flight) => socket.write(flight.subarray(0, 200)));
    });
    return {
      args: [`127.0.0.1:${port}`, "--timeout", "1500ms"],
      text: [`127.0.0.1:${port}`, "octets of a record"],
      fix: ["MTU"],
      also: [],
    };
  },
});
