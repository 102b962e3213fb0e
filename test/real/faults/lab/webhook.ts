import { inBase64 } from "./kubernetes.ts";
import type { Lab } from "./lab.ts";

/** A ValidatingWebhookConfiguration that calls the service hook in the namespace lab. */
export const webhookManifest = (
  lab: Lab,
  wish: {
    readonly ca?: string;
    readonly caBundle?: string;
    readonly annotations?: readonly string[];
  },
): string => {
  const caBundle = wish.caBundle ?? (wish.ca === undefined ? undefined : inBase64(wish.ca));
  return lab.write(
    "hooks.yaml",
    [
      "apiVersion: admissionregistration.k8s.io/v1",
      "kind: ValidatingWebhookConfiguration",
      "metadata:",
      "  name: lab",
      ...(wish.annotations === undefined
        ? []
        : ["  annotations:", ...wish.annotations.map((one) => `    ${one}`)]),
      "webhooks:",
      "- name: w.lab.test",
      "  sideEffects: None",
      '  admissionReviewVersions: ["v1"]',
      "  clientConfig:",
      ...(caBundle === undefined ? [] : [`    caBundle: ${caBundle}`]),
      "    service:",
      "      name: hook",
      "      namespace: lab",
      "      path: /validate",
      "",
    ].join("\n"),
  );
};

/** Names of a certificate for that service. */
export const hookNames = ["hook.lab.svc", "hook.lab", "hook.lab.svc.cluster.local"];
