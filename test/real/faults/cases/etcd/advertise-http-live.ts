import { memberOf, startMember } from "../../lab/etcd-member.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "etcd.advertise-http",
  title: "only the list of members shows it",
  needs: ["etcd"],
  async build(lab) {
    const member = await memberOf(lab);
    const plain = member.client.replace("https", "http");
    await startMember(lab, member, { "--advertise-client-urls": plain });
    const client = lab.pair("client", lab.client("calico", member.ca));
    const endpoints = member.client;
    return {
      args: [lab.calicoctl({ endpoints, ca: member.caFile, ...client })],
      text: [plain],
      fix: [member.client],
      also: [],
    };
  },
});
