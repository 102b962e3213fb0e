import { memberOf } from "../../lab/etcd-member.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "etcd.endpoint-typo",
  title: "a blank behind the comma",
  async build(lab) {
    const member = await memberOf(lab);
    return {
      args: ["env:"],
      env: {
        ETCD_ENDPOINTS: `${member.client}, ${member.client}`,
        ETCD_CA_CERT_FILE: member.caFile,
      },
      text: ["blank"],
      fix: ["ETCD_ENDPOINTS"],
    };
  },
});
