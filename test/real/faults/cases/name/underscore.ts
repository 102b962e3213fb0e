import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "name.underscore",
  title: "a name with an underscore, as Docker Compose makes them",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const server = lab.server(["etcd_1.lab.test"], ca);
    const port = await lab.serves(server);
    return {
      args: [
        `localhost:${port}`,
        "--ca",
        lab.certificates("ca.crt", ca),
        "--servername",
        "etcd_1.lab.test",
      ],
      text: ["etcd_1.lab.test"],
      fix: ["etcd-1.lab.test"],
      also: [],
    };
  },
});
