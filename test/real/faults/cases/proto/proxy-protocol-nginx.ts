import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.proxy-protocol",
  title: "nginx listens with proxy_protocol, and no balancer stands before it",
  side: "config",
  needs: ["nginx"],
  async build(lab) {
    const ca = lab.ca("CN=web-ca");
    const port = await lab.nginx(lab.server(["127.0.0.1"], ca), "ssl proxy_protocol");
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      text: [`127.0.0.1:${port}`],
      fix: ["proxy_protocol", `127.0.0.1:${port}`],
      also: [],
    };
  },
});
