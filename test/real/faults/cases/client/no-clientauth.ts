import { purpose } from "../../../../../src/core/x509/oids.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.no-clientauth",
  title: "a server's certificate used as a client's, against etcd",
  needs: ["etcd"],
  async build(lab) {
    const ca = lab.ca("CN=etcd-ca");
    const server = lab.pair("server", lab.server(["127.0.0.1"], ca));
    const caFile = lab.certificates("ca.crt", ca);
    const client = lab.pair(
      "tls",
      lab.client("calico", ca, { extensions: { extendedKeyUsage: [purpose.serverAuth] } }),
    );
    const { port } = await lab.etcd({ ...server, clientCa: caFile });
    return {
      args: [lab.calicoctl({ endpoints: `https://127.0.0.1:${port}`, ca: caFile, ...client })],
      text: ["CN=calico", "serverAuth", client.cert],
      fix: ["clientAuth", client.cert],
      also: [],
    };
  },
});
