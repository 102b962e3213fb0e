import { sharedKubernetes } from "../../lab/kubernetes.ts";
import { day } from "../../lab/lab.ts";
import { defineCase } from "../../lab/lab-case.ts";
import { webhookError } from "../../lab/webhook-call.ts";

export const labCase = defineCase({
  fault: "time.leaf-expired",
  title: "kube-apiserver calls a webhook whose certificate has expired",
  needs: ["kubernetes", "etcd"],
  async build(lab) {
    const kubernetes = await sharedKubernetes();
    const issuer = lab.ca("CN=hook-ca");
    const expired = { notBefore: lab.now - 30 * day, notAfter: lab.now - day };
    const port = await lab.serves(lab.server(["hook-time.lab.svc"], issuer, expired));
    const ca = lab.certificates("ca.crt", issuer);
    return {
      args: ["--log", "-"],
      stdin: await webhookError(kubernetes, { service: "hook-time", port, ca }),
      text: ['"hook-time.lab.test"', "expired"],
    };
  },
});
