import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.server-other-protocol",
  title: "the port is that of SSH",
  side: "config",
  async build(lab) {
    const port = await lab.tcp((socket) => void socket.write("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"));
    return {
      args: [`127.0.0.1:${port}`],
      text: ["SSH-2.0-OpenSSH_9.2p1"],
      fix: [String(port)],
      also: [],
    };
  },
});
