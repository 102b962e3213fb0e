import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "trust.leaf-as-ca",
  title: "a client's certificate issued the server's",
  side: "server",
  async build(lab) {
    const root = lab.ca("CN=lab-root");
    const client = lab.client("alice", root);
    const port = await lab.serves(lab.server(["127.0.0.1"], client), client);
    const ca = lab.certificates("ca.crt", root);
    return {
      args: [`127.0.0.1:${port}`, "--ca", ca],
      text: ["CN=alice", "no CA"],
      fix: ["CN=127.0.0.1", "CN=alice"],
      also: [],
    };
  },
});
