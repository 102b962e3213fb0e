import { sharedKubernetes } from "../../lab/kubernetes.ts";
import { defineCase } from "../../lab/lab-case.ts";
import { webhookError } from "../../lab/webhook-call.ts";

export const labCase = defineCase({
  fault: "k8s.webhook-cabundle",
  title: "kube-apiserver calls a webhook whose CA was made anew under the same name",
  needs: ["kubernetes", "etcd"],
  async build(lab) {
    const kubernetes = await sharedKubernetes();
    const port = await lab.serves(lab.server(["hook-old.lab.svc"], lab.ca("CN=hook-ca")));
    const ca = lab.certificates("old.crt", lab.ca("CN=hook-ca"));
    return {
      args: ["--log", "-"],
      stdin: await webhookError(kubernetes, { service: "hook-old", port, ca }),
      text: ['"hook-old.lab.test"', "hook-ca"],
    };
  },
});
