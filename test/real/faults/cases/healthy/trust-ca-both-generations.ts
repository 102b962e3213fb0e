import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "the CA file has both generations of a CA",
  async build(lab) {
    const former = lab.ca("CN=lab-root");
    const root = lab.ca("CN=lab-root");
    const port = await lab.serves(lab.server(["127.0.0.1"], root));
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", former, root)],
      also: [],
    };
  },
});
