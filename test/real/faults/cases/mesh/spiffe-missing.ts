import { defineCase } from "../../lab/lab-case.ts";
import { workload } from "../../lab/mesh.ts";

export const labCase = defineCase({
  fault: "mesh.spiffe-missing",
  title: "a client certificate of the mesh's CA without an identity",
  side: "client",
  async build(lab) {
    const root = lab.ca("O=cluster.local");
    const rootFile = lab.certificates("root-cert.pem", root);
    const web = workload(lab, "spiffe://cluster.local/ns/shop/sa/web", root);
    const port = await lab.https({
      ...lab.pemPair(web),
      clientCa: lab.text(rootFile),
      answer: (_request, response) => {
        response.statusCode = 403;
        response.end("RBAC: access denied");
      },
    });
    const { cert, key } = lab.pair("me", lab.client("cart", root));
    return {
      args: [`127.0.0.1:${port}`, "--ca", rootFile, "--cert", cert, "--key", key],
      text: [cert, "spiffe://cluster.local/ns/shop/sa/web"],
      fix: [cert, "spiffe://cluster.local/"],
    };
  },
});
