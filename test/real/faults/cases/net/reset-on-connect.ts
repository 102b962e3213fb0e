import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.reset-on-connect",
  title: "a balancer without a backend resets whoever connects",
  async build(lab) {
    const port = await lab.tcp((socket) => void socket.resetAndDestroy());
    return { args: [`127.0.0.1:${port}`], text: [`127.0.0.1:${port}`], also: [] };
  },
});
