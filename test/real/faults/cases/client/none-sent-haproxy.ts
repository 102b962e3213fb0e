import { strictHaproxy } from "../../lab/haproxy.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.none-sent",
  title: "HAProxy with verify required, and a client without a certificate",
  side: "client",
  needs: ["haproxy"],
  async build(lab) {
    const { caFile, port } = await strictHaproxy(lab);
    return {
      args: [`127.0.0.1:${port}`, "--ca", caFile],
      text: ['"CN=lab-ca"'],
      fix: ["--cert", "--key"],
      also: [],
    };
  },
});
