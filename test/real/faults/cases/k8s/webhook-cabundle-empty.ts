import { defineCase } from "../../lab/lab-case.ts";
import { hookNames, webhookManifest } from "../../lab/webhook.ts";

export const labCase = defineCase({
  fault: "k8s.webhook-cabundle-empty",
  title: "cert-manager has not filled in the caBundle",
  side: "config",
  async build(lab) {
    const port = await lab.https(lab.pemPair(lab.server(hookNames, lab.ca("CN=hook-ca"))));
    const file = webhookManifest(lab, {
      annotations: ["cert-manager.io/inject-ca-from: lab/hook-cert"],
    });
    return {
      args: [file, "--at", `https://127.0.0.1:${port}`],
      text: ['"w.lab.test"', "CN=hook-ca"],
      fix: [file, "lab/hook-cert", "kubectl describe certificate -n lab hook-cert"],
      also: [],
    };
  },
});
