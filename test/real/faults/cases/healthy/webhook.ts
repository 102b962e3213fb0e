import { defineCase } from "../../lab/lab-case.ts";
import { hookNames, webhookManifest } from "../../lab/webhook.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "a webhook whose caBundle fits",
  async build(lab) {
    const ca = lab.ca("CN=hook-ca");
    const port = await lab.https(lab.pemPair(lab.server(hookNames, ca)));
    const file = webhookManifest(lab, { ca: lab.certificates("ca.crt", ca) });
    return { args: [file, "--at", `https://127.0.0.1:${port}`], also: [] };
  },
});
