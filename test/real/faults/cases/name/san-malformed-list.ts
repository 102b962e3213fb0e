import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "name.san-malformed",
  title: "a list with commas went into one name",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const server = lab.server(["localhost,etcd1.local"], ca, { subject: "CN=etcd" });
    const port = await lab.serves(server);
    return {
      args: [`localhost:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      text: ["localhost,etcd1.local"],
      fix: ["localhost"],
      also: [],
    };
  },
});
