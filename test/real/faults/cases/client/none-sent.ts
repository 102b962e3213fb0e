import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.none-sent",
  title: "etcd demands client certificates, calicoctl.cfg has none",
  side: "client",
  // Promised for the four faults of the story that began this.
  within: 1000,
  needs: ["etcd"],
  async build(lab) {
    const ca = lab.ca("CN=etcd-ca");
    const server = lab.pair("server", lab.server(["127.0.0.1"], ca));
    const caFile = lab.certificates("tls.ca", ca);
    const { port } = await lab.etcd({ ...server, clientCa: caFile });
    return {
      args: [lab.calicoctl({ endpoints: `https://127.0.0.1:${port}`, ca: caFile })],
      text: [`127.0.0.1:${port}`, "CN=etcd-ca"],
      fix: ["spec.etcdCertFile", "CN=etcd-ca"],
      also: [],
    };
  },
});
