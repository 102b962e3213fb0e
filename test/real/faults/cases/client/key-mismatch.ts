import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.key-mismatch",
  title: "the key is of an earlier certificate",
  needs: ["etcd"],
  async build(lab) {
    const ca = lab.ca("CN=etcd-ca");
    const server = lab.pair("server", lab.server(["127.0.0.1"], ca));
    const caFile = lab.certificates("ca.crt", ca);
    const client = lab.pair("tls", lab.client("calico", ca));
    const key = lab.privateKey("old.key", lab.client("calico", ca));
    const { port } = await lab.etcd({ ...server, clientCa: caFile });
    return {
      args: [
        lab.calicoctl({
          endpoints: `https://127.0.0.1:${port}`,
          ca: caFile,
          cert: client.cert,
          key,
        }),
      ],
      text: [key, client.cert, "CN=calico"],
      fix: [key, "spec.etcdKeyFile"],
    };
  },
});
