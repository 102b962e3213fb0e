import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { defineCase } from "../../lab/lab-case.ts";

/** With a backlog of 1 Linux lets 2 connections wait and drops the third (sk_acceptq_is_full: more than, not as many as). */
const full = 2;

/** Connections that wait at that port, as the kernel counts them: rx_queue of the listener in proc_pid_net(5). */
const waiting = (port: number): number => {
  const local = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const listener = readFileSync("/proc/net/tcp", "latin1")
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .find((fields) => fields[1]?.endsWith(local) === true && fields[3] === "0A");
  return Number.parseInt(listener?.[4]?.split(":")[1] ?? "0", 16);
};

/** The program tells its port before the kernel has finished the connections that fill the queue. */
const untilFull = async (port: number): Promise<void> => {
  const deadline = performance.now() + 5000;
  while (waiting(port) < full) {
    assert.ok(performance.now() < deadline, "the queue did not fill");
    await pause(10);
  }
};

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
    await untilFull(port);
    return {
      args: [`127.0.0.1:${port}`, "--timeout", "1500ms"],
      text: [`127.0.0.1:${port}`],
      fix: [String(port)],
      also: [],
    };
  },
});
