import { workload } from "../../lab/mesh.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "mesh.strict-plaintext",
  title: "a PeerAuthentication, and its workload called from outside of the mesh",
  side: "client",
  async build(lab) {
    const policy = lab.write(
      "policy.yaml",
      [
        "apiVersion: security.istio.io/v1",
        "kind: PeerAuthentication",
        "metadata:",
        "  name: default",
        "  namespace: shop",
        "spec:",
        "  mtls:",
        "    mode: STRICT",
        "",
      ].join("\n"),
    );
    const root = lab.ca("O=cluster.local");
    const web = workload(lab, "spiffe://cluster.local/ns/shop/sa/web", root);
    const { cert, key } = lab.pair("web", web);
    const roots = lab.certificates("root-cert.pem", root);
    const { port } = await lab.openssl({
      "-cert": cert,
      "-key": key,
      "-Verify": "1",
      "-CAfile": roots,
    });
    return {
      args: [policy, "--at", `127.0.0.1:${port}`],
      text: ["spiffe://cluster.local/ns/shop/sa/web", `127.0.0.1:${port}`],
      fix: ["PeerAuthentication", "spiffe://cluster.local/ns/shop/sa/web"],
      also: [],
    };
  },
});
