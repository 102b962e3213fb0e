import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.closed-in-handshake",
  title: "calicoctl.cfg leads to a relay that closes",
  side: "server",
  async build(lab) {
    const port = await lab.tcp((socket) => void socket.once("data", () => socket.end()));
    const config = lab.calicoctl({ endpoints: `https://127.0.0.1:${port}` });
    return { args: [config], text: [`127.0.0.1:${port}`], evidence: [config], also: [] };
  },
});
