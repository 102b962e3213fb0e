import { haproxy } from "../../lab/haproxy.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.client-plaintext",
  title: "http:// where HAProxy speaks TLS",
  needs: ["haproxy"],
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const caFile = lab.certificates("ca.crt", ca);
    const leaf = lab.server(["127.0.0.1"], ca);
    const { port } = await haproxy(lab, { leaf });
    return {
      args: [`http://127.0.0.1:${port}`, "--ca", caFile],
      fix: [`https://127.0.0.1:${port}`],
      also: [],
    };
  },
});
