import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.wrong-ca",
  title: "calicoctl shows etcd a certificate of the Kubernetes CA",
  needs: ["etcd"],
  async build(lab) {
    const ca = lab.ca("CN=etcd-ca");
    const server = lab.pair("server", lab.server(["127.0.0.1"], ca));
    const caFile = lab.certificates("ca.crt", ca);
    const client = lab.pair("tls", lab.client("calico", lab.ca("CN=kubernetes")));
    const { port } = await lab.etcd({ ...server, clientCa: caFile });
    return {
      args: [lab.calicoctl({ endpoints: `https://127.0.0.1:${port}`, ca: caFile, ...client })],
      text: ["CN=kubernetes", client.cert],
      evidence: ["unknown_ca", "CN=etcd-ca"],
      fix: ["CN=etcd-ca", client.cert, "spec.etcdCertFile"],
      also: [],
    };
  },
});
