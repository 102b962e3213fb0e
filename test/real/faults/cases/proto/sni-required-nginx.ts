import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.sni-required",
  title: "nginx rejects handshakes whose name it does not serve",
  side: "client",
  needs: ["nginx"],
  async build(lab) {
    const ca = lab.ca("CN=web-ca");
    const port = await lab.nginx(lab.server(["127.0.0.1"], ca), "ssl", "ssl_reject_handshake on;");
    return {
      args: [`localhost:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      text: ["localhost"],
      evidence: ["unrecognized_name"],
      fix: ["localhost"],
      also: [],
    };
  },
});
