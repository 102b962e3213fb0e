import { callDoctor } from "../../lab/call-doctor.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.sni-required",
  title: "what that Go server itself wrote",
  needs: ["go"],
  async build(lab) {
    const { port, said, caFile } = await lab.goByName("localhost");
    await callDoctor({ args: [`127.0.0.1:${port}`, "--ca", caFile] });
    return { args: ["--log", "-"], stdin: said(), text: ["127.0.0.1"] };
  },
});
