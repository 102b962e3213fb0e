import { memberOf, startMember } from "../../lab/etcd-member.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "etcd.cluster-id-mismatch",
  title: "one client is given endpoints of two clusters",
  needs: ["etcd"],
  async build(lab) {
    const member = await memberOf(lab);
    await startMember(lab, member);
    const other = await lab.etcd({
      cert: member.cert,
      key: member.key,
      clientCa: member.caFile,
      flags: { "--initial-cluster-token": "another" },
    });
    const client = lab.pair("client", lab.client("calico", member.ca));
    const endpoints = `${member.client},https://127.0.0.1:${other.port}`;
    return {
      args: [lab.calicoctl({ endpoints, ca: member.caFile, ...client })],
      text: ["different etcd clusters"],
      fix: ["spec.etcdEndpoints"],
      also: [],
    };
  },
});
