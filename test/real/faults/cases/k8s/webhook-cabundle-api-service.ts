import { inBase64 } from "../../lab/kubernetes.ts";
import { defineCase } from "../../lab/lab-case.ts";
import { hookNames } from "../../lab/webhook.ts";

export const labCase = defineCase({
  fault: "k8s.webhook-cabundle",
  title: "an APIService with the CA of something else",
  side: "config",
  async build(lab) {
    const port = await lab.https(lab.pemPair(lab.server(hookNames, lab.ca("CN=metrics-ca"))));
    const other = lab.certificates("ca.crt", lab.ca("CN=kubernetes"));
    const file = lab.write(
      "api.yaml",
      [
        "apiVersion: apiregistration.k8s.io/v1",
        "kind: APIService",
        "metadata:",
        "  name: v1beta1.metrics.k8s.io",
        "spec:",
        "  group: metrics.k8s.io",
        "  version: v1beta1",
        `  caBundle: ${inBase64(other)}`,
        "  service:",
        "    name: hook",
        "    namespace: lab",
        "",
      ].join("\n"),
    );
    return {
      args: [file, "--at", `https://127.0.0.1:${port}`],
      text: ["v1beta1.metrics.k8s.io", "CN=metrics-ca"],
      fix: [file, "CN=metrics-ca"],
      also: [],
    };
  },
});
