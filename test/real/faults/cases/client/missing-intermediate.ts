import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.missing-intermediate",
  title: "the client's file holds the leaf alone, and the intermediate lies in another file",
  needs: ["etcd"],
  async build(lab) {
    const ca = lab.ca("CN=etcd-ca");
    const server = lab.pair("server", lab.server(["127.0.0.1"], ca));
    const caFile = lab.certificates("ca.crt", ca);
    const inter = lab.ca("CN=lab-intermediate", { issuer: ca });
    const client = lab.pair("tls", lab.client("calico", inter));
    const bundle = lab.certificates("inter.crt", inter);
    const { port } = await lab.etcd({ ...server, clientCa: caFile });
    return {
      args: [
        `https://127.0.0.1:${port}`,
        bundle,
        "--ca",
        caFile,
        "--cert",
        client.cert,
        "--key",
        client.key,
      ],
      text: ["CN=lab-intermediate", client.cert],
      fix: [bundle, client.cert],
      also: [],
    };
  },
});
