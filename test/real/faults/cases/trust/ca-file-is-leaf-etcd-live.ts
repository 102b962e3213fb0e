import { flagsOf, memberOf, startMember, yamlOf } from "../../lab/etcd-member.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "trust.ca-file-is-leaf",
  title: "a real etcd whose trusted-ca-file is a client's certificate",
  side: "server",
  needs: ["etcd"],
  async build(lab) {
    const member = await memberOf(lab);
    const client = lab.certificates("client.crt", lab.client("root", member.ca));
    await startMember(lab, member, { "--trusted-ca-file": client });
    const flags = flagsOf(member, { "trusted-ca-file": client });
    const config = lab.write("etcd.yaml", yamlOf(flags));
    return { args: [config], text: [client], fix: ["CN=etcd-ca", "etcd.yaml"] };
  },
});
