import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.closed-in-handshake",
  title: "a relay without a target closes at once",
  async build(lab) {
    const port = await lab.tcp((socket) => void socket.end());
    return { args: [`127.0.0.1:${port}`], text: [`127.0.0.1:${port}`], also: [] };
  },
});
