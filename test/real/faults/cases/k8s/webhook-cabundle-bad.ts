import { inBase64 } from "../../lab/kubernetes.ts";
import { defineCase } from "../../lab/lab-case.ts";
import { hookNames, webhookManifest } from "../../lab/webhook.ts";

export const labCase = defineCase({
  fault: "k8s.webhook-cabundle-bad",
  title: "the caBundle was encoded twice",
  side: "config",
  async build(lab) {
    const ca = lab.ca("CN=hook-ca");
    const port = await lab.https(lab.pemPair(lab.server(hookNames, ca)));
    const once = inBase64(lab.certificates("ca.crt", ca));
    const file = webhookManifest(lab, { caBundle: Buffer.from(once).toString("base64") });
    return {
      args: [file, "--at", `https://127.0.0.1:${port}`],
      text: ['"w.lab.test"', file],
      fix: [file, "base64 -w0"],
    };
  },
});
