import { flagsOf, memberOf, yamlOf } from "../../lab/etcd-member.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "a configuration in which nothing is wrong, of a member that does not run",
  async build(lab) {
    const member = await memberOf(lab);
    return { args: [lab.write("etcd.conf.yml", yamlOf(flagsOf(member)))], also: [] };
  },
});
