import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.client-plaintext",
  title: "http:// leads to nginx's TLS port: 400, The plain HTTP request was sent to HTTPS port",
  side: "client",
  needs: ["nginx"],
  async build(lab) {
    const port = await lab.nginx(lab.server(["127.0.0.1"], lab.ca("CN=web-ca")), "ssl");
    return {
      args: [`http://127.0.0.1:${port}/`],
      evidence: ["400"],
      fix: [`https://127.0.0.1:${port}`],
      also: [],
    };
  },
});
