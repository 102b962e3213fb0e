import { flagsOf, memberOf, startMember, unitOf } from "../../lab/etcd-member.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "etcd.client-cert-auth-no-ca",
  title: "client-cert-auth without trusted-ca-file, in a unit",
  needs: ["etcd"],
  async build(lab) {
    const member = await memberOf(lab);
    await startMember(lab, member);
    const path = lab.write("etcd.service", unitOf(flagsOf(member, { "trusted-ca-file": "" })));
    return { args: [path], text: [path, "trusted-ca-file"], fix: [path], also: [] };
  },
});
