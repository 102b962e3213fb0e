const configuration = "validatingwebhookconfiguration/nobody-answers";

/** Refuses every ConfigMap, also those by which pods are told of a new CA: its Service is gone. */
export const deadWebhook = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingWebhookConfiguration",
  metadata: { name: "nobody-answers", annotations: { note: "its owner's" } },
  webhooks: [
    {
      name: "configmaps.nobody-answers.example",
      admissionReviewVersions: ["v1"],
      sideEffects: "None",
      failurePolicy: "Fail",
      clientConfig: { service: { namespace: "gone", name: "nobody-answers" } },
      rules: [
        {
          apiGroups: [""],
          apiVersions: ["v1"],
          operations: ["CREATE", "UPDATE"],
          resources: ["configmaps"],
        },
      ],
    },
  ],
};

/** What its owner wrote, and what the API made of it. */
export const webhooksOf = async (
  kubectl: (...words: string[]) => Promise<string>,
): Promise<unknown> => {
  const { metadata, webhooks } = JSON.parse(await kubectl("get", configuration, "-o", "json")) as {
    readonly metadata: { readonly annotations?: unknown };
    readonly webhooks: unknown;
  };
  return { annotations: metadata.annotations, webhooks };
};
