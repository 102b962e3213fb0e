import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "name.wildcard-apex",
  title: "*.lab.test for lab.test",
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
        "lab.test",
      ],
      text: ["*.lab.test"],
      fix: ["lab.test"],
      also: [],
    };
  },
});
