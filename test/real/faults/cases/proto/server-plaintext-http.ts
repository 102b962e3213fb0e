import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.server-plaintext-http",
  title: "https:// leads to a server without TLS",
  side: "server",
  async build(lab) {
    const port = await lab.http();
    return {
      args: [`https://127.0.0.1:${port}`],
      text: [`127.0.0.1:${port}`, "plain HTTP"],
      fix: [`http://127.0.0.1:${port}`],
      also: [],
    };
  },
});
