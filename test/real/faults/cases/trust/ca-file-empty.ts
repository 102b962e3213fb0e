import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "trust.ca-file-empty",
  title: "the CA file is a note",
  side: "client",
  async build(lab) {
    const root = lab.ca("CN=lab-root");
    const port = await lab.serves(lab.server(["127.0.0.1"], root));
    const ca = lab.write("ca.crt", "# ask Anna for the CA\n");
    return {
      args: [`127.0.0.1:${port}`, "--ca", ca],
      text: [ca],
      fix: [ca],
    };
  },
});
