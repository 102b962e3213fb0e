import { workload } from "../../lab/mesh.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "a PeerAuthentication, and its workload called with a certificate of the mesh",
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
