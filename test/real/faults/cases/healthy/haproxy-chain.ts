import { haproxy } from "../../lab/haproxy.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "HAProxy that sends its intermediate",
  needs: ["haproxy"],
  async build(lab) {
    const root = lab.ca("CN=lab-root");
    const intermediate = lab.ca("CN=lab-intermediate", { issuer: root });
    const { port } = await haproxy(lab, {
      leaf: lab.server(["127.0.0.1"], intermediate),
      chain: [intermediate],
    });
    return { args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", root)], also: [] };
  },
});
