import { memberOf, startMember } from "../../lab/etcd-member.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "etcd.peer-port",
  title: "calicoctl is sent to the port for peers, which have a CA of their own",
  needs: ["etcd"],
  async build(lab) {
    const member = await memberOf(lab);
    const peers = lab.ca("CN=etcd-peer-ca");
    const peer = lab.pair("peer", lab.server(["127.0.0.1"], peers));
    const url = member.peer.replace("http", "https");
    await startMember(lab, member, {
      "--listen-peer-urls": url,
      "--initial-advertise-peer-urls": url,
      "--initial-cluster": `lab=${url}`,
      "--peer-cert-file": peer.cert,
      "--peer-key-file": peer.key,
      "--peer-trusted-ca-file": lab.certificates("peer-ca.crt", peers),
      "--peer-client-cert-auth": "",
    });
    const client = lab.pair("client", lab.client("calico", member.ca));
    return {
      args: [lab.calicoctl({ endpoints: url, ca: member.caFile, ...client })],
      text: [url.slice("https://".length)],
      fix: ["2379", "spec.etcdEndpoints"],
      also: [],
    };
  },
});
