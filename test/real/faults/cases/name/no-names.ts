import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "name.no-names",
  title: "neither SAN nor common name",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const server = lab.server([], ca, { subject: "O=Lab" });
    const port = await lab.serves(server);
    return {
      args: [`localhost:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      text: ["no name", "localhost"],
      fix: ["localhost"],
      also: [],
    };
  },
});
