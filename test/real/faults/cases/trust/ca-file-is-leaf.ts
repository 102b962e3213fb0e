import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "trust.ca-file-is-leaf",
  title: "the CA file is a client's certificate",
  side: "client",
  async build(lab) {
    const root = lab.ca("CN=lab-root");
    const client = lab.client("calico", root);
    const port = await lab.serves(lab.server(["127.0.0.1"], root));
    const ca = lab.certificates("ca.crt", client);
    return {
      args: [`127.0.0.1:${port}`, "--ca", ca],
      text: [ca, "CN=calico"],
      fix: [ca, "CN=lab-root"],
      also: [],
    };
  },
});
