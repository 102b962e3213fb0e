import { day } from "../../lab/lab.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.expired",
  title: "calicoctl's certificate for etcd expired two days ago",
  side: "client",
  // Promised for the four faults of the story that began this.
  within: 1000,
  needs: ["etcd"],
  async build(lab) {
    const ca = lab.ca("CN=etcd-ca");
    const server = lab.pair("server", lab.server(["127.0.0.1", "etcd1.local"], ca));
    const caFile = lab.certificates("tls.ca", ca);
    const client = lab.pair(
      "tls",
      lab.client("calico", ca, { notBefore: lab.now - 400 * day, notAfter: lab.now - 2 * day }),
    );
    const { port } = await lab.etcd({ ...server, clientCa: caFile });
    return {
      args: [lab.calicoctl({ endpoints: `https://127.0.0.1:${port}`, ca: caFile, ...client })],
      text: ["CN=calico", "expired 2 days ago", client.cert],
      evidence: ["spec.etcdCertFile", "certificate_expired"],
      fix: [client.cert, "CN=etcd-ca"],
      also: [],
    };
  },
});
