import { sharedKubernetes } from "../../lab/kubernetes.ts";
import { defineCase } from "../../lab/lab-case.ts";
import { webhookError } from "../../lab/webhook-call.ts";

export const labCase = defineCase({
  fault: "name.service-dns",
  title: "kube-apiserver calls a webhook whose certificate has the short name only",
  needs: ["kubernetes", "etcd"],
  async build(lab) {
    const kubernetes = await sharedKubernetes();
    const issuer = lab.ca("CN=hook-ca");
    const port = await lab.serves(lab.server(["hook-name", "hook-name.lab"], issuer));
    const ca = lab.certificates("ca.crt", issuer);
    return {
      args: ["--log", "-"],
      stdin: await webhookError(kubernetes, { service: "hook-name", port, ca }),
      text: ["hook-name.lab.svc"],
      fix: ["hook-name.lab.svc"],
    };
  },
});
