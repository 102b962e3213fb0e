import { callDoctor } from "../../lab/call-doctor.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.sni-required",
  title: "what that Go server itself wrote",
  needs: ["go"],
  async build(lab) {
    const ca = lab.ca("CN=lab");
    const { cert, key } = lab.pair("server", lab.server(["localhost", "127.0.0.1"], ca));
    const { port, said } = await lab.goByName(cert, key, "localhost");
    const caFile = lab.certificates("ca.crt", ca);
    await callDoctor({ args: [`127.0.0.1:${port}`, "--ca", caFile] });
    return { args: ["--log", "-"], stdin: said(), text: ["127.0.0.1"] };
  },
});
