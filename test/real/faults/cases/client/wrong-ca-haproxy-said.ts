import { callDoctor } from "../../lab/call-doctor.ts";
import { strictHaproxy } from "../../lab/haproxy.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.wrong-ca",
  title: "what HAProxy itself wrote, in its usual format",
  side: "client",
  needs: ["haproxy"],
  async build(lab) {
    const { caFile, port, said } = await strictHaproxy(lab);
    const { cert, key } = lab.pair("client", lab.client("eve", lab.ca("CN=other-ca")));
    await callDoctor({ args: [`127.0.0.1:${port}`, "--ca", caFile, "--cert", cert, "--key", key] });
    return { args: ["--log", "-"], stdin: said(), text: ["127.0.0.1", "haproxy"] };
  },
});
