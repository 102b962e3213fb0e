import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.client-plaintext",
  title: "http:// leads to a TLS server",
  side: "client",
  async build(lab) {
    const port = await lab.serves(lab.server(["127.0.0.1"], lab.ca("CN=lab")));
    return { args: [`http://127.0.0.1:${port}/`], fix: [`https://127.0.0.1:${port}`], also: [] };
  },
});
