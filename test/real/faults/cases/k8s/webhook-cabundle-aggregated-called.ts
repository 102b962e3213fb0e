import { sharedKubernetes } from "../../lab/kubernetes.ts";
import { defineCase } from "../../lab/lab-case.ts";
import { apiServiceError } from "../../lab/webhook-call.ts";

export const labCase = defineCase({
  fault: "k8s.webhook-cabundle",
  title: "kube-apiserver asks an aggregated API whose caBundle is another CA's",
  needs: ["kubernetes", "etcd"],
  async build(lab) {
    const kubernetes = await sharedKubernetes();
    const port = await lab.serves(lab.server(["metrics.lab.svc"], lab.ca("CN=metrics-ca")));
    const ca = lab.certificates("other.crt", lab.ca("CN=other-ca"));
    return {
      args: ["--log", "-"],
      stdin: await apiServiceError(kubernetes, { service: "metrics", port, ca }),
      text: ["aggregated API"],
      fix: ["kubectl get apiservices"],
    };
  },
});
