import { sharedKubernetes } from "../../lab/kubernetes.ts";
import { defineCase } from "../../lab/lab-case.ts";
import { webhookError } from "../../lab/webhook-call.ts";

export const labCase = defineCase({
  fault: "k8s.webhook-cabundle",
  title: "kube-apiserver calls a webhook whose caBundle is another CA's",
  needs: ["kubernetes", "etcd"],
  async build(lab) {
    const kubernetes = await sharedKubernetes();
    const port = await lab.serves(lab.server(["hook-ca.lab.svc"], lab.ca("CN=hook-ca")));
    const ca = lab.certificates("other.crt", lab.ca("CN=other-ca"));
    return {
      args: ["--log", "-"],
      stdin: await webhookError(kubernetes, { service: "hook-ca", port, ca }),
      text: ['"hook-ca.lab.test"'],
      fix: ["hook-ca.lab.test"],
    };
  },
});
