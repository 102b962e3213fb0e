import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "name.idn",
  title: "the configuration has the name for people, the certificate the one for DNS",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const server = lab.server(["xn--bcher-kva.example"], ca);
    const port = await lab.serves(server);
    return {
      args: [
        `localhost:${port}`,
        "--ca",
        lab.certificates("ca.crt", ca),
        "--servername",
        "bücher.example",
      ],
      text: ["xn--bcher-kva.example", "bücher.example"],
      fix: ["xn--bcher-kva.example"],
      also: [],
    };
  },
});
