import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.server-other-protocol",
  title: "the port is that of PostgreSQL, which wants to be asked for TLS",
  side: "config",
  async build(lab) {
    const port = await lab.tcp(
      (socket) =>
        void socket.once("data", (asked) =>
          asked.equals(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]))
            ? socket.write("N")
            : socket.end(),
        ),
    );
    return {
      args: [`127.0.0.1:${port}`],
      text: ["PostgreSQL"],
      fix: ["certwright doctor postgres://127.0.0.1"],
      also: [],
    };
  },
});
