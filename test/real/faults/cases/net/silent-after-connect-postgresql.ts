import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.silent-after-connect",
  title: "what should be a PostgreSQL never answers its question for TLS",
  side: "server",
  within: 5000,
  async build(lab) {
    const port = await lab.tcp(() => undefined);
    return {
      args: [`postgres://127.0.0.1:${port}`, "--timeout", "1s"],
      text: [`127.0.0.1:${port}`],
      also: [],
    };
  },
});
