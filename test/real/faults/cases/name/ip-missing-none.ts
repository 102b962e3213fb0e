import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "name.ip-missing",
  title: "reached by an address, and the certificate has DNS names only",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const server = lab.server(["etcd1.local"], ca);
    const port = await lab.serves(server);
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      text: ["127.0.0.1", "etcd1.local"],
      fix: ["IP address 127.0.0.1"],
      also: [],
    };
  },
});
