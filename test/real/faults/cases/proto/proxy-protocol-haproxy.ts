import { haproxy } from "../../lab/haproxy.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.proxy-protocol",
  title: "a real HAProxy that waits for a PROXY header (accept-proxy)",
  needs: ["haproxy"],
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const { port } = await haproxy(lab, {
      leaf: lab.server(["127.0.0.1"], ca),
      bind: "accept-proxy",
    });
    return { args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", ca)], also: [] };
  },
});
