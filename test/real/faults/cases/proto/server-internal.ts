import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.server-internal",
  title: "the server has no certificate loaded",
  side: "server",
  async build(lab) {
    const port = await lab.tcp(
      (socket) => void socket.once("data", () => socket.end(Buffer.from("15030300020250", "hex"))),
    );
    return { args: [`localhost:${port}`], fix: [`localhost:${port}`], also: [] };
  },
});
