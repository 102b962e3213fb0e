import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "the address as an IP name and, for old clients, as a DNS name",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const server = lab.server([], ca, {
      subject: "CN=etcd",
      extensions: {
        subjectAltName: [
          { kind: "dns", value: "127.0.0.1" },
          { kind: "ip", bytes: Uint8Array.of(127, 0, 0, 1), value: "127.0.0.1" },
        ],
      },
    });
    const port = await lab.serves(server);
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      also: [],
    };
  },
});
