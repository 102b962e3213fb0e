import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "mesh.plaintext-upstream",
  title: "a DestinationRule for a host without a sidecar",
  side: "config",
  async build(lab) {
    const port = await lab.http();
    const file = lab.write(
      "rule.yaml",
      [
        "apiVersion: networking.istio.io/v1",
        "kind: DestinationRule",
        "metadata:",
        "  name: legacy",
        "spec:",
        "  host: legacy.shop.svc.cluster.local",
        "  trafficPolicy:",
        "    tls:",
        "      mode: ISTIO_MUTUAL",
        "",
      ].join("\n"),
    );
    return {
      args: [file, "--at", `http://127.0.0.1:${port}`],
      text: ["legacy", "ISTIO_MUTUAL", "legacy.shop.svc.cluster.local"],
      evidence: [file],
      fix: [file, "DISABLE"],
      also: [],
    };
  },
});
