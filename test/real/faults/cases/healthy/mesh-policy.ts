import { strictWorkload, workload } from "../../lab/mesh.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "a PeerAuthentication, and its workload called with a certificate of the mesh",
  async build(lab) {
    const { policy, root, roots, port } = await strictWorkload(lab);
    const own = lab.pair("caller", workload(lab, "spiffe://cluster.local/ns/shop/sa/caller", root));
    return {
      args: [
        policy,
        "--at",
        `127.0.0.1:${port}`,
        "--ca",
        roots,
        "--cert",
        own.cert,
        "--key",
        own.key,
      ],
      also: ["trust.root-sent"],
    };
  },
});
