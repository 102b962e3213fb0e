import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "k8s.kubelet-serving",
  title: "the kubelet's own certificate, asked with the cluster's CA",
  side: "server",
  async build(lab) {
    const own = lab.ca("CN=node-1-ca@1700000000");
    const leaf = lab.server(["node-1", "127.0.0.1"], own, { subject: "CN=node-1@1700000000" });
    const port = await lab.https(lab.pemPair(leaf, own));
    const caFile = lab.certificates("ca.crt", lab.ca("CN=kubernetes"));
    return {
      args: [`127.0.0.1:${port}`, "--ca", caFile],
      text: ["CN=node-1@1700000000"],
      fix: ["serverTLSBootstrap", '"node-1"'],
    };
  },
});
