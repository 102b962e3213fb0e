import { defineCase } from "../../lab/lab-case.ts";
import { webhookManifest } from "../../lab/webhook.ts";

export const labCase = defineCase({
  fault: "inconclusive",
  title: "a webhook in the cluster, without a way to it",
  async build(lab) {
    const file = webhookManifest(lab, { ca: lab.certificates("ca.crt", lab.ca("CN=hook-ca")) });
    return { args: [file], fix: ["hook.lab.svc", "--at"], also: [] };
  },
});
