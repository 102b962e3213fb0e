import { flagsOf, memberOf, yamlOf } from "../../lab/etcd-member.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "file.key-cert-mismatch",
  title: "etcd's configuration names the key of another certificate",
  async build(lab) {
    const member = await memberOf(lab);
    const other = lab.privateKey("other.key", lab.server(["127.0.0.1"], member.ca));
    const path = lab.write("etcd.conf.yml", yamlOf(flagsOf(member, { "key-file": other })));
    return { args: [path], text: [other, member.cert], fix: [other], also: [] };
  },
});
