import { purpose } from "../../../../../src/core/x509/oids.ts";
import { memberOf, startMember } from "../../lab/etcd-member.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "a client of an etcd that only its own gateway cannot use",
  needs: ["etcd"],
  async build(lab) {
    const member = await memberOf(lab, [purpose.serverAuth]);
    await startMember(lab, member);
    const { cert, key } = lab.pair("client", lab.client("calico", member.ca));
    const host = member.client.slice("https://".length);
    return { args: [host, "--ca", member.caFile, "--cert", cert, "--key", key], also: [] };
  },
});
