import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "three endpoints of one etcd, and calicoctl with all it needs",
  needs: ["etcd"],
  async build(lab) {
    const ca = lab.ca("CN=etcd-ca");
    const server = lab.pair("server", lab.server(["127.0.0.1", "localhost"], ca));
    const caFile = lab.certificates("tls.ca", ca);
    const client = lab.pair("tls", lab.client("calico", ca));
    const { port } = await lab.etcd({ ...server, clientCa: caFile });
    const endpoints = `https://127.0.0.1:${port},https://localhost:${port}`;
    return {
      args: [lab.calicoctl({ endpoints, ca: caFile, ...client })],
      evidence: ["the server accepts your client certificate", "TLSv1.3"],
      also: [],
      elsewhere: ["ok"],
    };
  },
});
