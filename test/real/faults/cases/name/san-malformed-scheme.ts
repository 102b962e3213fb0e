import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "name.san-malformed",
  title: "an endpoint with scheme and port stands as a DNS name",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const server = lab.server([], ca, {
      subject: "CN=etcd",
      extensions: { subjectAltName: [{ kind: "dns", value: "https://127.0.0.1:2379" }] },
    });
    const port = await lab.serves(server);
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      text: ["https://127.0.0.1:2379"],
      fix: ["127.0.0.1"],
      also: [],
    };
  },
});
