import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "trust.ca-file-is-leaf",
  title: "the CA file is the server's own certificate",
  side: "client",
  async build(lab) {
    const root = lab.ca("CN=lab-root");
    const server = lab.server(["127.0.0.1"], root);
    const port = await lab.serves(server);
    const ca = lab.certificates("ca.crt", server);
    return {
      args: [`127.0.0.1:${port}`, "--ca", ca],
      text: [ca, "own certificate"],
      fix: [ca, "CN=lab-root"],
      also: [],
    };
  },
});
