import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "mesh.strict-plaintext",
  title: "a PeerAuthentication that demands what the DestinationRule beside it forbids",
  async build(lab) {
    const file = lab.write(
      "mesh.yaml",
      [
        "apiVersion: security.istio.io/v1",
        "kind: PeerAuthentication",
        "metadata: { name: default, namespace: shop }",
        "spec: { mtls: { mode: STRICT } }",
        "---",
        "apiVersion: networking.istio.io/v1",
        "kind: DestinationRule",
        "metadata: { name: web, namespace: shop }",
        "spec:",
        "  host: web.shop.svc.cluster.local",
        "  trafficPolicy: { tls: { mode: DISABLE } }",
        "",
      ].join("\n"),
    );
    return {
      args: [file],
      text: ["web.shop.svc.cluster.local"],
      fix: ["ISTIO_MUTUAL", `${file}:11`],
      also: [],
    };
  },
});
