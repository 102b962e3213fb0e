import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.ca-key-changed",
  title: "etcd's CA was made anew under its name, and the client has a certificate of the former",
  needs: ["etcd"],
  async build(lab) {
    const ca = lab.ca("CN=etcd-ca");
    const server = lab.pair("server", lab.server(["127.0.0.1"], ca));
    const caFile = lab.certificates("ca.crt", ca);
    const former = lab.ca("CN=etcd-ca");
    const client = lab.pair("tls", lab.client("calico", former));
    const { port } = await lab.etcd({ ...server, clientCa: caFile });
    return {
      args: [lab.calicoctl({ endpoints: `https://127.0.0.1:${port}`, ca: caFile, ...client })],
      text: ["CN=etcd-ca", "another key", client.cert],
      fix: ["CN=etcd-ca", client.cert],
      also: [],
    };
  },
});
