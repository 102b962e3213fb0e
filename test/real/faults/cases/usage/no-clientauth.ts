import { purpose } from "../../../../../src/core/x509/oids.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "usage.no-clientauth",
  title: "etcd's peer certificate is for servers only",
  async build(lab) {
    const ca = lab.ca("CN=etcd-peer-ca");
    const peer = lab.pair(
      "peer",
      lab.server(["10.0.0.1"], ca, { extensions: { extendedKeyUsage: [purpose.serverAuth] } }),
    );
    const config = lab.write(
      "etcd.conf.yml",
      [
        "name: etcd-1",
        "listen-peer-urls: https://10.0.0.1:2380",
        "peer-transport-security:",
        `  cert-file: ${peer.cert}`,
        `  key-file: ${peer.key}`,
        `  trusted-ca-file: ${lab.certificates("peer-ca.crt", ca)}`,
        "  client-cert-auth: true",
        "",
      ].join("\n"),
    );
    return { args: [config], text: [peer.cert, "serverAuth"], fix: ["clientAuth", peer.cert] };
  },
});
