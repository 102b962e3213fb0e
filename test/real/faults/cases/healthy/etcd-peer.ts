import { memberOf, startMember } from "../../lab/etcd-member.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "the port for peers, with a peer's own files",
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
    const host = url.slice("https://".length);
    return {
      args: [host, "--ca", caFile, "--cert", cert, "--key", key],
      also: ["etcd.peer-port"],
    };
  },
});
