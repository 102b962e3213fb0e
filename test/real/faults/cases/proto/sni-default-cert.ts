import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.sni-default-cert",
  title: "ingress-nginx has no certificate for the host",
  side: "server",
  async build(lab) {
    const fake = lab.ca("CN=Kubernetes Ingress Controller Fake Certificate,O=Acme Co");
    const leaf = lab.server(["ingress.local"], fake, {
      subject: "CN=Kubernetes Ingress Controller Fake Certificate,O=Acme Co",
    });
    const port = await lab.serves(leaf);
    return {
      args: [`localhost:${port}`, "--ca", lab.certificates("ca.crt", lab.ca("CN=web-ca"))],
      text: ["ingress-nginx", "localhost"],
      fix: ["localhost"],
      also: [],
    };
  },
});
