import { defineCase } from "../../lab/lab-case.ts";
import { workload } from "../../lab/mesh.ts";

export const labCase = defineCase({
  fault: "mesh.root-rotated",
  title: "a workload under the new root, asked with the old one",
  side: "server",
  async build(lab) {
    const web = workload(lab, "spiffe://cluster.local/ns/shop/sa/web", lab.ca("O=cluster.local"));
    const port = await lab.https(lab.pemPair(web));
    const old = lab.certificates("root-cert.pem", lab.ca("O=cluster.local"));
    return {
      args: [`127.0.0.1:${port}`, "--ca", old],
      text: ["spiffe://cluster.local/ns/shop/sa/web", old],
      fix: ["root-cert.pem", old],
    };
  },
});
