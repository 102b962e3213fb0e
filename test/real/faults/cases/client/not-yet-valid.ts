import { day } from "../../lab/lab.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.not-yet-valid",
  title: "the client's certificate begins tomorrow",
  needs: ["etcd"],
  async build(lab) {
    const ca = lab.ca("CN=etcd-ca");
    const server = lab.pair("server", lab.server(["127.0.0.1"], ca));
    const caFile = lab.certificates("ca.crt", ca);
    const client = lab.pair(
      "tls",
      lab.client("calico", ca, { notBefore: lab.now + day, notAfter: lab.now + 30 * day }),
    );
    const { port } = await lab.etcd({ ...server, clientCa: caFile });
    return {
      args: [lab.calicoctl({ endpoints: `https://127.0.0.1:${port}`, ca: caFile, ...client })],
      text: ["CN=calico", "not valid before", client.cert],
      fix: ["clock", client.cert],
      also: [],
    };
  },
});
