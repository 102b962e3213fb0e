import { purpose } from "../../../../../src/core/x509/oids.ts";
import { flagsOf, memberOf, startMember, yamlOf } from "../../lab/etcd-member.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "etcd.self-dial-eku",
  title: "the certificate of a running member is for servers only",
  needs: ["etcd"],
  async build(lab) {
    const member = await memberOf(lab, [purpose.serverAuth]);
    await startMember(lab, member);
    const path = lab.write("etcd.conf.yml", yamlOf(flagsOf(member)));
    return { args: [path], text: [member.cert, "clientAuth"], fix: [member.cert], also: [] };
  },
});
