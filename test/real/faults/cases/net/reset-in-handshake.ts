import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.reset-in-handshake",
  title: "a middlebox resets on the ClientHello",
  async build(lab) {
    const port = await lab.tcp(
      (socket) => void socket.once("data", () => socket.resetAndDestroy()),
    );
    return { args: [`127.0.0.1:${port}`], text: [`127.0.0.1:${port}`], also: [] };
  },
});
