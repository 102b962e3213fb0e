import { defineCase } from "../../lab/lab-case.ts";
import { hookNames, webhookManifest } from "../../lab/webhook.ts";

export const labCase = defineCase({
  fault: "k8s.webhook-cabundle",
  title: "the webhook has a new CA, the caBundle the old one of that name",
  side: "config",
  async build(lab) {
    const ca = lab.ca("CN=hook-ca");
    const port = await lab.https(lab.pemPair(lab.server(hookNames, ca)));
    const file = webhookManifest(lab, { ca: lab.certificates("ca.crt", lab.ca("CN=hook-ca")) });
    return {
      args: [file, "--at", `https://127.0.0.1:${port}`],
      text: ['"w.lab.test"', file, "CN=hook-ca", "hook.lab.svc"],
      evidence: ["webhooks[0].clientConfig.caBundle"],
      fix: [file, "CN=hook-ca", "caBundle"],
      also: [],
    };
  },
});
