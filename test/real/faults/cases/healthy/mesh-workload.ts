import { defineCase } from "../../lab/lab-case.ts";
import { workload } from "../../lab/mesh.ts";

export const labCase = defineCase({
  fault: "ok",
  title:
    "a workload of a mesh that also has its service's name, and a client of the same trust domain",
  async build(lab) {
    const root = lab.ca("O=cluster.local");
    const rootFile = lab.certificates("root-cert.pem", root);
    const web = lab.server(
      ["web.shop.svc", "spiffe://cluster.local/ns/shop/sa/web", "127.0.0.1"],
      root,
    );
    const port = await lab.https({ ...lab.pemPair(web), clientCa: lab.text(rootFile) });
    const me = workload(lab, "spiffe://cluster.local/ns/shop/sa/cart", root);
    const { cert, key } = lab.pair("me", me);
    return { args: [`127.0.0.1:${port}`, "--ca", rootFile, "--cert", cert, "--key", key] };
  },
});
