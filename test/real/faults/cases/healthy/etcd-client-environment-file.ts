import { memberOf, startMember } from "../../lab/etcd-member.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "calico.env beside a healthy etcd",
  needs: ["etcd"],
  async build(lab) {
    const member = await memberOf(lab);
    await startMember(lab, member);
    const { cert, key } = lab.pair("client", lab.client("calico", member.ca));
    const lines = [
      "DATASTORE_TYPE=etcdv3",
      `ETCD_ENDPOINTS="${member.client}"`,
      `ETCD_CA_CERT_FILE=${member.caFile}`,
      `export ETCD_CERT_FILE='${cert}'`,
      `ETCD_KEY_FILE=${key}`,
    ];
    return { args: [lab.write("calico.env", `${lines.join("\n")}\n`)], also: [] };
  },
});
