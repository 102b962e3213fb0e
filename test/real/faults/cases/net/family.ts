import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.family",
  title: "the server listens on ::1, the client uses 127.0.0.1",
  side: "server",
  async build(lab) {
    // A port that nobody has on 127.0.0.1 either: the system chooses for ::1 alone, and others listen there.
    const { port } = await lab.program(
      `const net = require("node:net");
      const s = net.createServer((c) => c.end());
      const free = net.createServer().listen(0, "127.0.0.1", () => {
        const { port } = free.address();
        free.close(() => s.listen(port, "::1", () => console.log("port " + port)));
      });`,
    );
    return { args: [`127.0.0.1:${port}`], text: ["IPv6", "::1"], fix: ["::1"], also: [] };
  },
});
