import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "name.host-mismatch",
  title: "the endpoint in calicoctl.cfg is a name that etcd's certificate does not have",
  side: "server",
  // Promised for the four faults of the story that began this.
  within: 1000,
  needs: ["etcd"],
  async build(lab) {
    const ca = lab.ca("CN=etcd-ca");
    const server = lab.pair("server", lab.server(["etcd1.local", "etcd2.local"], ca));
    const caFile = lab.certificates("tls.ca", ca);
    const client = lab.pair("tls", lab.client("calico", ca));
    const { port } = await lab.etcd({ ...server, clientCa: caFile });
    const config = lab.calicoctl({
      endpoints: `https://localhost:${port}`,
      ca: caFile,
      ...client,
    });
    return {
      args: [config],
      text: ['"localhost"', "etcd1.local, etcd2.local"],
      fix: ["etcd1.local", config, "localhost"],
      also: [],
    };
  },
});
