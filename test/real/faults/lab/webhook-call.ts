/** Calls that the real kube-apiserver makes to other servers: admission webhooks and aggregated APIs. */
import { ask, askUntil, inBase64, type Kubernetes } from "./kubernetes.ts";

export interface Called {
  /** Of the service in the namespace lab; the API server expects NAME.lab.svc in the certificate. */
  readonly service: string;
  /** Where it listens on this machine. */
  readonly port: number;
  /** File of the CA that the API server shall trust for it. */
  readonly ca: string;
}

/** A service that leads to this machine: the API server dials the external name, and verifies the service's. */
const addService = async (kubernetes: Kubernetes, { service, port }: Called): Promise<void> => {
  await ask(kubernetes, "POST", "/api/v1/namespaces", {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "lab" },
  });
  await ask(kubernetes, "POST", "/api/v1/namespaces/lab/services", {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: service },
    spec: { type: "ExternalName", externalName: "localhost", ports: [{ port }] },
  });
};

/** What the API server says of a request that this webhook must see first, as kubectl prints it. */
export const webhookError = async (kubernetes: Kubernetes, called: Called): Promise<string> => {
  const { service, port, ca } = called;
  await addService(kubernetes, called);
  await ask(
    kubernetes,
    "POST",
    "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
    {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingWebhookConfiguration",
      metadata: { name: service },
      webhooks: [
        {
          name: `${service}.lab.test`,
          sideEffects: "None",
          admissionReviewVersions: ["v1"],
          failurePolicy: "Fail",
          // Requests of other cases are none of its business.
          objectSelector: { matchLabels: { calls: service } },
          rules: [
            {
              apiGroups: [""],
              apiVersions: ["v1"],
              operations: ["CREATE"],
              resources: ["configmaps"],
            },
          ],
          clientConfig: {
            caBundle: inBase64(ca),
            service: { name: service, namespace: "lab", path: "/validate", port },
          },
        },
      ],
    },
  );
  const created = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: service, labels: { calls: service } },
  };
  const path = "/api/v1/namespaces/default/configmaps?dryRun=All";
  const message = await askUntil(
    kubernetes,
    "POST",
    path,
    created,
    /"message": ?"(?:[^"\\]|\\.)*failed calling webhook(?:[^"\\]|\\.)*x509(?:[^"\\]|\\.)*"/,
  );
  return `Error from server (InternalError): ${textOf(message)}\n`;
};

/** What the API server answers to a request for an aggregated API that it must pass on. */
export const apiServiceError = async (kubernetes: Kubernetes, called: Called): Promise<string> => {
  const { service, port, ca } = called;
  await addService(kubernetes, called);
  await ask(kubernetes, "POST", "/apis/apiregistration.k8s.io/v1/apiservices", {
    apiVersion: "apiregistration.k8s.io/v1",
    kind: "APIService",
    metadata: { name: `v1.${service}.lab.test` },
    spec: {
      group: `${service}.lab.test`,
      version: "v1",
      groupPriorityMinimum: 1000,
      versionPriority: 10,
      caBundle: inBase64(ca),
      service: { name: service, namespace: "lab", port },
    },
  });
  // The condition Available does not tell: that check verifies no certificate.
  return askUntil(kubernetes, "GET", `/apis/${service}.lab.test/v1`, undefined, /.*x509.*/);
};

const textOf = (field: string): string =>
  (JSON.parse(`{${field}}`) as { readonly message: string }).message;
