import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.family",
  title: "the server listens on ::1, the client uses 127.0.0.1",
  side: "server",
  async build(lab) {
    const { port } = await lab.program(
      'const s = require("node:net").createServer((c) => c.end()); s.listen(0, "::1", () => console.log("port " + s.address().port));',
    );
    return { args: [`127.0.0.1:${port}`], text: ["IPv6", "::1"], fix: ["::1"], also: [] };
  },
});
