import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "a wildcard for one label, beside a malformed name that nobody asks for",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const server = lab.server(["*.lab.test", "old:2379"], ca);
    const port = await lab.serves(server);
    return {
      args: [
        `localhost:${port}`,
        "--ca",
        lab.certificates("ca.crt", ca),
        "--servername",
        "a.lab.test",
      ],
      also: [],
    };
  },
});
