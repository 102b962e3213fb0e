import { environmentOf, flagsOf, memberOf } from "../../lab/etcd-member.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "etcd.http-scheme-with-cert",
  title: "a running member with a certificate and http URLs",
  needs: ["etcd"],
  async build(lab) {
    const member = await memberOf(lab);
    const plain = member.client.replace("https", "http");
    const urls = { "listen-client-urls": plain, "advertise-client-urls": plain };
    await lab.etcd({ ports: member.ports });
    const path = lab.write("etcd.env", environmentOf(flagsOf(member, urls)));
    return { args: [path], text: [plain, member.cert], fix: [path], also: [] };
  },
});
