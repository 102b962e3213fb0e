import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "name.wildcard-partial",
  title: "etcd*.lab.test: Node accepts, Go does not",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const server = lab.server(["etcd*.lab.test"], ca);
    const port = await lab.serves(server);
    return {
      args: [
        `localhost:${port}`,
        "--ca",
        lab.certificates("ca.crt", ca),
        "--servername",
        "etcd1.lab.test",
      ],
      text: ["etcd*.lab.test", "etcd1.lab.test"],
      fix: ["etcd1.lab.test"],
      also: [],
    };
  },
});
