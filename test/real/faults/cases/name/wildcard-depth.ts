import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "name.wildcard-depth",
  title: "*.lab.test for a.b.lab.test",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const server = lab.server(["*.lab.test"], ca);
    const port = await lab.serves(server);
    return {
      args: [
        `localhost:${port}`,
        "--ca",
        lab.certificates("ca.crt", ca),
        "--servername",
        "a.b.lab.test",
      ],
      text: ["*.lab.test", "a.b.lab.test"],
      fix: ["a.b.lab.test"],
      also: [],
    };
  },
});
