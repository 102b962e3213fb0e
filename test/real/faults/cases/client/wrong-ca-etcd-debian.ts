import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.wrong-ca",
  title: "an older etcd, whose alert does not speak of CAs",
  side: "client",
  needs: ["etcd-debian"],
  async build(lab) {
    const ca = lab.ca("CN=etcd-ca");
    const caFile = lab.certificates("ca.crt", ca);
    const server = lab.pair("server", lab.server(["127.0.0.1"], ca));
    const { port } = await lab.etcd({ program: "etcd-debian", ...server, clientCa: caFile });
    const client = lab.pair("calico", lab.client("calico", lab.ca("CN=kubernetes")));
    const endpoints = `https://127.0.0.1:${port}`;
    return {
      args: [lab.calicoctl({ endpoints, ca: caFile, ...client })],
      text: [client.cert, "CN=kubernetes"],
      fix: ["CN=etcd-ca", client.cert],
      also: [],
    };
  },
});
