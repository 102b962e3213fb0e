import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "name.peer-reverse",
  title: "the peer certificate was made for the address the member had before",
  async build(lab) {
    const ca = lab.ca("CN=etcd-peer-ca");
    const peer = lab.pair("peer", lab.server(["10.0.0.9"], ca, { subject: "CN=etcd-1" }));
    const config = lab.write(
      "etcd.conf.yml",
      [
        "name: etcd-1",
        "listen-peer-urls: https://10.0.0.1:2380",
        "initial-advertise-peer-urls: https://10.0.0.1:2380",
        "peer-transport-security:",
        `  cert-file: ${peer.cert}`,
        `  key-file: ${peer.key}`,
        `  trusted-ca-file: ${lab.certificates("peer-ca.crt", ca)}`,
        "  client-cert-auth: true",
        "",
      ].join("\n"),
    );
    return {
      args: [config],
      text: ["10.0.0.1", "10.0.0.9", peer.cert],
      fix: ["10.0.0.1", peer.cert],
    };
  },
});
