import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.tls-intercepted",
  title: "a firewall opens TLS and shows certificates of its own",
  side: "network",
  async build(lab) {
    const inspector = lab.ca("CN=Corp TLS Inspection CA,O=Corp");
    const port = await lab.serves(lab.server(["localhost"], inspector));
    return {
      args: [`localhost:${port}`, "--ca", lab.certificates("ca.crt", lab.ca("CN=etcd-ca"))],
      text: ["Corp TLS Inspection CA"],
      fix: [`localhost:${port}`, "Corp TLS Inspection CA"],
      also: [],
    };
  },
});
