import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.handshake-failure",
  title: "the alert 40 is all that comes, whatever is offered",
  side: "server",
  async build(lab) {
    const port = await lab.tcp(
      (socket) => void socket.once("data", () => socket.end(Buffer.from("15030300020228", "hex"))),
    );
    return { args: [`127.0.0.1:${port}`], fix: [`127.0.0.1:${port}`, "--server-log"], also: [] };
  },
});
