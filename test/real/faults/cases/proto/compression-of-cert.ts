import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.compression-of-cert",
  title: "the server sends 60 certificates",
  side: "server",
  async build(lab) {
    const ca = lab.ca("CN=lab");
    const others = Array.from({ length: 60 }, (_, i) => lab.ca(`CN=bundle-${i}`, { key: ca.key }));
    const port = await lab.serves(lab.server(["127.0.0.1"], ca), ...others);
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      text: ["61 certificates"],
    };
  },
});
