import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "name.ip-as-dns",
  title: "the address stands in the certificate as a DNS name",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const server = lab.server([], ca, {
      subject: "CN=etcd",
      extensions: {
        subjectAltName: [
          { kind: "dns", value: "127.0.0.1" },
          { kind: "dns", value: "localhost" },
        ],
      },
    });
    const port = await lab.serves(server);
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      text: ["127.0.0.1"],
      fix: ["IP:127.0.0.1"],
      also: [],
    };
  },
});
