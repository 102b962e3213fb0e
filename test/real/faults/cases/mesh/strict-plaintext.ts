import { defineCase } from "../../lab/lab-case.ts";
import { workload } from "../../lab/mesh.ts";

export const labCase = defineCase({
  fault: "mesh.strict-plaintext",
  title: "http:// to a workload that demands mutual TLS",
  side: "client",
  async build(lab) {
    const root = lab.ca("O=cluster.local");
    const web = workload(lab, "spiffe://cluster.local/ns/shop/sa/web", root);
    const { cert, key } = lab.pair("web", web);
    const { port } = await lab.openssl({
      "-cert": cert,
      "-key": key,
      "-Verify": "1",
      "-CAfile": lab.certificates("root-cert.pem", root),
    });
    return {
      args: [`http://127.0.0.1:${port}`],
      text: ["spiffe://cluster.local/ns/shop/sa/web", `127.0.0.1:${port}`],
      fix: ["PeerAuthentication", "spiffe://cluster.local/ns/shop/sa/web"],
    };
  },
});
