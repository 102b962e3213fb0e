import { strictHaproxy } from "../../lab/haproxy.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "HAProxy that demands a client certificate, and gets the right one",
  needs: ["haproxy"],
  async build(lab) {
    const { ca, caFile, port } = await strictHaproxy(lab);
    const { cert, key } = lab.pair("client", lab.client("alice", ca));
    return { args: [`127.0.0.1:${port}`, "--ca", caFile, "--cert", cert, "--key", key], also: [] };
  },
});
