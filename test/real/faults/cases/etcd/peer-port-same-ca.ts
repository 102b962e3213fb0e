import { memberOf, startMember } from "../../lab/etcd-member.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "etcd.peer-port",
  title: "the port for peers takes the client, and knows no keys",
  needs: ["etcd"],
  async build(lab) {
    const member = await memberOf(lab);
    const url = member.peer.replace("http", "https");
    await startMember(lab, member, {
      "--listen-peer-urls": url,
      "--initial-advertise-peer-urls": url,
      "--initial-cluster": `lab=${url}`,
      "--peer-cert-file": member.cert,
      "--peer-key-file": member.key,
      "--peer-trusted-ca-file": member.caFile,
    });
    const client = lab.pair("client", lab.client("calico", member.ca));
    return {
      args: ["env:"],
      env: {
        ETCDCTL_ENDPOINTS: url,
        ETCDCTL_CACERT: member.caFile,
        ETCDCTL_CERT: client.cert,
        ETCDCTL_KEY: client.key,
      },
      text: [url.slice("https://".length)],
      fix: ["2379", "ETCDCTL_ENDPOINTS"],
    };
  },
});
