import { flagsOf, memberOf, startMember, yamlOf } from "../../lab/etcd-member.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "a running member whose clients have a CA of their own",
  needs: ["etcd"],
  async build(lab) {
    const member = await memberOf(lab);
    const caFile = lab.certificates("client-ca.crt", lab.ca("CN=client-ca"));
    await startMember(lab, { ...member, caFile });
    const flags = flagsOf(member, { "trusted-ca-file": caFile });
    return { args: [lab.write("etcd.conf.yml", yamlOf(flags))], also: [] };
  },
});
