import { sshd } from "../../lab/sshd.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.server-other-protocol",
  title: "the port is that of a real OpenSSH server",
  side: "config",
  needs: ["openssh-server"],
  async build(lab) {
    const port = await sshd(lab);
    return {
      args: [`https://127.0.0.1:${port}`],
      text: ["SSH-2.0-OpenSSH_9.2p1"],
      fix: [String(port)],
      also: [],
    };
  },
});
