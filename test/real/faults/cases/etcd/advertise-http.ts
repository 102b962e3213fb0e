import { flagsOf, memberOf, startMember, yamlOf } from "../../lab/etcd-member.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "etcd.advertise-http",
  title: "the configuration advertises http and listens with TLS",
  needs: ["etcd"],
  async build(lab) {
    const member = await memberOf(lab);
    const plain = member.client.replace("https", "http");
    await startMember(lab, member, { "--advertise-client-urls": plain });
    const flags = flagsOf(member, { "advertise-client-urls": plain });
    const path = lab.write("etcd.conf.yml", yamlOf(flags));
    return { args: [path], text: [plain], fix: [member.client, path], also: [] };
  },
});
