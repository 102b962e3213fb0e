import { flagsOf, memberOf, yamlOf } from "../../lab/etcd-member.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "trust.ca-file-is-leaf",
  title: "etcd's trusted-ca-file is its own certificate",
  side: "server",
  async build(lab) {
    const member = await memberOf(lab);
    const config = lab.write(
      "etcd.yaml",
      yamlOf(flagsOf(member, { "trusted-ca-file": member.cert })),
    );
    return {
      args: [config],
      text: [member.cert, "for clients"],
      fix: ["CN=etcd-ca", "etcd.yaml"],
    };
  },
});
