import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.accept-queue-full",
  title: "the process that listens is stuck and accepts nobody",
  side: "server",
  within: 6000,
  async build(lab) {
    // Node accepts at once, so its event loop is held; the connections that fill the queue are its own.
    const { port } = await lab.program(`
      const { createServer, connect } = require("node:net");
      const server = createServer();
      server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
        const { port } = server.address();
        for (let i = 0; i < 6; i++) connect(port, "127.0.0.1").on("error", () => undefined);
        require("node:fs").writeSync(1, "port " + port + "\\n");
        process.nextTick(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60000));
      });
    `);
    return {
      args: [`127.0.0.1:${port}`, "--timeout", "1500ms"],
      text: [`127.0.0.1:${port}`],
      fix: [String(port)],
      also: [],
    };
  },
});
