import { defineCase } from "../../lab/lab-case.ts";
import { webhookManifest } from "../../lab/webhook.ts";

export const labCase = defineCase({
  fault: "k8s.webhook-cabundle-bad",
  title: "the caBundle is a word that a template left behind",
  side: "config",
  async build(lab) {
    const file = webhookManifest(lab, { caBundle: "Z2FyYmFnZQ==" });
    return { args: [file], text: ['"w.lab.test"', file], fix: [file] };
  },
});
