import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "trust.unknown-ca",
  title: "calicoctl.cfg names the CA of something else",
  side: "client",
  // Promised for the four faults of the story that began this.
  within: 1000,
  needs: ["etcd"],
  async build(lab) {
    const ca = lab.ca("CN=etcd-ca");
    const server = lab.pair("server", lab.server(["127.0.0.1"], ca));
    const other = lab.certificates("tls.ca", lab.ca("CN=kubernetes"));
    const client = lab.pair("tls", lab.client("calico", ca));
    const { port } = await lab.etcd({ ...server, clientCa: lab.certificates("etcd.ca", ca) });
    return {
      args: [lab.calicoctl({ endpoints: `https://127.0.0.1:${port}`, ca: other, ...client })],
      text: ["CN=etcd-ca", other, "calicoctl"],
      evidence: ["CN=kubernetes", "spec.etcdCACertFile"],
      fix: [other, "CN=etcd-ca"],
      also: [],
    };
  },
});
