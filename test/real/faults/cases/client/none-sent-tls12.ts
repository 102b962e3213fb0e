import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.none-sent",
  title: "no client certificate in TLS 1.2, where the alert is a bare handshake failure",
  side: "client",
  needs: ["etcd"],
  async build(lab) {
    const ca = lab.ca("CN=etcd-ca");
    const server = lab.pair("server", lab.server(["127.0.0.1"], ca));
    const caFile = lab.certificates("ca.crt", ca);
    const { port } = await lab.etcd({ ...server, clientCa: caFile });
    return {
      args: [`127.0.0.1:${port}`, "--ca", caFile, "--tls-max", "1.2"],
      text: [`127.0.0.1:${port}`],
      fix: ["--cert", "CN=etcd-ca"],
      also: [],
    };
  },
});
