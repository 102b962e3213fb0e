import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.wrong-ca",
  title: "the same in TLS 1.2, where the refusal comes inside the handshake",
  needs: ["etcd"],
  async build(lab) {
    const ca = lab.ca("CN=etcd-ca");
    const server = lab.pair("server", lab.server(["127.0.0.1"], ca));
    const caFile = lab.certificates("ca.crt", ca);
    const client = lab.pair("tls", lab.client("calico", lab.ca("CN=kubernetes")));
    const { port } = await lab.etcd({ ...server, clientCa: caFile });
    return {
      args: [
        `127.0.0.1:${port}`,
        "--ca",
        caFile,
        "--cert",
        client.cert,
        "--key",
        client.key,
        "--tls-max",
        "1.2",
      ],
      text: ["CN=kubernetes", client.cert],
      fix: ["CN=etcd-ca", client.cert],
      also: [],
    };
  },
});
