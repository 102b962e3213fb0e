import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.missing-intermediate",
  title: "the intermediate is nowhere to be found",
  needs: ["etcd"],
  async build(lab) {
    const ca = lab.ca("CN=etcd-ca");
    const server = lab.pair("server", lab.server(["127.0.0.1"], ca));
    const caFile = lab.certificates("ca.crt", ca);
    const inter = lab.ca("CN=lab-intermediate", { issuer: ca });
    const client = lab.pair("tls", lab.client("calico", inter));
    const { port } = await lab.etcd({ ...server, clientCa: caFile });
    return {
      args: [lab.calicoctl({ endpoints: `https://127.0.0.1:${port}`, ca: caFile, ...client })],
      text: ["CN=lab-intermediate", client.cert],
      fix: ["CN=lab-intermediate", client.cert],
      also: [],
    };
  },
});
