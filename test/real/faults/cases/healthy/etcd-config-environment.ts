import { flagsOf, memberOf, startMember, environmentOf } from "../../lab/etcd-member.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "a running member and its configuration (environment)",
  needs: ["etcd"],
  async build(lab) {
    const member = await memberOf(lab);
    await startMember(lab, member);
    return { args: [lab.write("etcd.env", environmentOf(flagsOf(member)))], also: [] };
  },
});
