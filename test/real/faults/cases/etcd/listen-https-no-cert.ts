import { flagsOf, memberOf, yamlOf } from "../../lab/etcd-member.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "etcd.listen-https-no-cert",
  title: "https in listen-client-urls, and no certificate",
  async build(lab) {
    const member = await memberOf(lab);
    const flags = flagsOf(member, { "cert-file": "", "key-file": "" });
    const path = lab.write("etcd.conf.yml", yamlOf(flags));
    return { args: [path], text: [member.client, path], fix: [path, "cert-file"], also: [] };
  },
});
