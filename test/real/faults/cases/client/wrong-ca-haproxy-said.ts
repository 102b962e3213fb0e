import { callDoctor } from "../../lab/call-doctor.ts";
import { haproxy } from "../../lab/haproxy.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.wrong-ca",
  title: "what HAProxy itself wrote, in its usual format",
  side: "client",
  needs: ["haproxy"],
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const caFile = lab.certificates("ca.crt", ca);
    const leaf = lab.server(["127.0.0.1"], ca);
    const { port, said } = await haproxy(lab, { leaf, bind: `ca-file ${caFile} verify required` });
    const { cert, key } = lab.pair("client", lab.client("eve", lab.ca("CN=other-ca")));
    await callDoctor({ args: [`127.0.0.1:${port}`, "--ca", caFile, "--cert", cert, "--key", key] });
    return { args: ["--log", "-"], stdin: said(), text: ["127.0.0.1", "haproxy"] };
  },
});
