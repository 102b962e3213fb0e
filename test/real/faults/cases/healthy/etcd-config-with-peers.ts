import { flagsOf, memberOf, startMember, unitOf } from "../../lab/etcd-member.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "a running member whose configuration has certificates for peers too, of another CA",
  needs: ["etcd"],
  async build(lab) {
    const member = await memberOf(lab);
    const ca = lab.ca("CN=etcd-peer-ca");
    const caFile = lab.certificates("peer-ca.crt", ca);
    const { cert, key } = lab.pair("peer", lab.server(["127.0.0.1"], ca));
    const url = member.peer.replace("http", "https");
    const flags = {
      "--listen-peer-urls": url,
      "--initial-advertise-peer-urls": url,
      "--initial-cluster": `lab=${url}`,
      "--peer-cert-file": cert,
      "--peer-key-file": key,
      "--peer-trusted-ca-file": caFile,
      "--peer-client-cert-auth": "",
    };
    await startMember(lab, member, flags);
    const settings = Object.entries(flags).map(([name, value]) => [name.slice(2), value || "true"]);
    const path = lab.write("etcd.service", unitOf(flagsOf(member, Object.fromEntries(settings))));
    return { args: [path], also: [], elsewhere: ["ok"] };
  },
});
