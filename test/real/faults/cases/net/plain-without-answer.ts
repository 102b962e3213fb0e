import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "inconclusive",
  title: "http:// leads to something that closes, with TLS and without",
  async build(lab) {
    const port = await lab.tcp((socket) => void socket.once("data", () => socket.end()));
    return { args: [`http://127.0.0.1:${port}/`], fix: [`127.0.0.1:${port}`, "--server-log"] };
  },
});
