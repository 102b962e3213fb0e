import { strictHaproxy } from "../../lab/haproxy.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.wrong-ca",
  title: "HAProxy with verify required, and a certificate of another CA",
  side: "client",
  needs: ["haproxy"],
  async build(lab) {
    const { caFile, port } = await strictHaproxy(lab);
    const { cert, key } = lab.pair("client", lab.client("eve", lab.ca("CN=other-ca")));
    return {
      args: [`127.0.0.1:${port}`, "--ca", caFile, "--cert", cert, "--key", key],
      text: ["client.crt", '"CN=other-ca"'],
      fix: [cert],
      also: [],
    };
  },
});
