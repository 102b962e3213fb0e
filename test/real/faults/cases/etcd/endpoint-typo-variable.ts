import { memberOf, startMember } from "../../lab/etcd-member.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "etcd.endpoint-typo",
  title: "the CA stands in another client's variable",
  needs: ["etcd"],
  async build(lab) {
    const member = await memberOf(lab);
    await startMember(lab, member);
    const client = lab.pair("client", lab.client("calico", member.ca));
    return {
      args: ["env:"],
      env: {
        ETCDCTL_ENDPOINTS: member.client,
        ETCD_CA_CERT_FILE: member.caFile,
        ETCDCTL_CERT: client.cert,
        ETCDCTL_KEY: client.key,
      },
      text: ["ETCD_CA_CERT_FILE", "etcdctl"],
      fix: [`export ETCDCTL_CACERT=${member.caFile}`],
      also: [],
    };
  },
});
