import { strictWorkload } from "../../lab/mesh.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "mesh.strict-plaintext",
  title: "a PeerAuthentication, and its workload called from outside of the mesh",
  side: "client",
  async build(lab) {
    const { policy, port } = await strictWorkload(lab);
    return {
      args: [policy, "--at", `127.0.0.1:${port}`],
      text: ["spiffe://cluster.local/ns/shop/sa/web", `127.0.0.1:${port}`],
      fix: ["PeerAuthentication", "spiffe://cluster.local/ns/shop/sa/web"],
      also: [],
    };
  },
});
