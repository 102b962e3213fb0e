import { flagsOf, memberOf, yamlOf } from "../../lab/etcd-member.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "etcd.client-port-from-peer",
  title: "initial-cluster names a client port",
  async build(lab) {
    const member = await memberOf(lab);
    const wrong = `${member.peer.replace(/\d+$/, String(member.ports[0]))}`;
    const flags = flagsOf(member, { "initial-cluster": `lab=${member.peer},two=${wrong}` });
    const path = lab.write("etcd.conf.yml", yamlOf(flags));
    return { args: [path], text: [wrong], fix: [String(member.ports[1])], also: [] };
  },
});
