import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "trust.name-constraints",
  title: "the CA may issue for lab.test only",
  side: "server",
  async build(lab) {
    const root = lab.ca("CN=lab-root", {
      extensions: {
        nameConstraints: { permitted: [{ kind: "dns", value: "lab.test" }], excluded: [] },
      },
    });
    const port = await lab.serves(lab.server(["127.0.0.1", "etcd.example.test"], root));
    const ca = lab.certificates("ca.crt", root);
    return {
      args: [`127.0.0.1:${port}`, "--ca", ca],
      text: ["etcd.example.test", "CN=lab-root"],
      fix: ["etcd.example.test", "CN=lab-root"],
      also: [],
    };
  },
});
