import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.silent-after-connect",
  title: "a process that hangs: the connection stands, and no byte comes",
  side: "server",
  within: 4000,
  async build(lab) {
    const port = await lab.tcp((socket) => void socket.resume());
    return {
      args: [`127.0.0.1:${port}`, "--timeout", "1500ms"],
      text: [`127.0.0.1:${port}`],
      fix: [String(port)],
      also: [],
    };
  },
});
