import { defineCase } from "../../lab/lab-case.ts";
import { webhookManifest } from "../../lab/webhook.ts";

export const labCase = defineCase({
  fault: "k8s.webhook-cabundle-empty",
  title: "the manifest alone shows it",
  build: async (lab) => {
    const file = webhookManifest(lab, { caBundle: '""' });
    return { args: [file], text: ['"w.lab.test"', file], fix: [file], also: [] };
  },
});
