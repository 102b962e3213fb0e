import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { run } from "./run.ts";

/** Webhooks that this process answers; the API servers reach them by URL. */
export interface Webhooks {
  /** What makes the API servers call them, for `kubectl apply`. */
  readonly manifests: readonly object[];
  /** How often each was called. */
  calls(): { readonly validate: number; readonly convert: number };
  end(): Promise<void>;
}

interface Review {
  readonly apiVersion: string;
  readonly kind: string;
  readonly request: {
    readonly uid: string;
    readonly desiredAPIVersion?: string;
    readonly objects?: readonly object[];
  };
}

const group = "certwright.test";

/** Written as v1, kept as v1; read as v2 it has to be converted. */
export const convertedPath = `/apis/${group}/v2/namespaces/default/samples/sample`;

/**
 * A validating webhook for ConfigMaps of the namespace `validated` that allows everything, without which nothing is
 * written there, and a conversion webhook for a resource with two versions. Their certificate is its own CA.
 */
export const startWebhooks = async (options: {
  /** Of this machine, as the nodes reach it. */
  readonly address: string;
  /** For the certificate. */
  readonly folder: string;
  readonly validated: string;
}): Promise<Webhooks> => {
  const { address, folder, validated } = options;
  const [key, certificate] = [join(folder, "webhook.key"), join(folder, "webhook.crt")];
  const names = ["-subj", "/CN=webhooks", "-addext", `subjectAltName=IP:${address}`];
  const form = ["-x509", "-nodes", "-days", "30", "-newkey", "rsa:2048"];
  await run(["openssl", "req", ...form, ...names, "-keyout", key, "-out", certificate]);
  const counts = { validate: 0, convert: 0 };
  const server = createServer(
    { key: readFileSync(key), cert: readFileSync(certificate) },
    (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const review = JSON.parse(Buffer.concat(chunks).toString()) as Review;
        const which = request.url?.startsWith("/convert") === true ? "convert" : "validate";
        counts[which]++;
        const { apiVersion, kind } = review;
        const answer = which === "convert" ? convert(review) : allow(review);
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify({ apiVersion, kind, response: answer }));
      });
    },
  );
  // An API server ends idle connections after 90 s; whoever ends them sooner cuts the request that is just coming.
  server.keepAliveTimeout = 600_000;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(0, address, resolve);
  await promise;
  const { port } = server.address() as AddressInfo;
  const client = (path: string): object => ({
    url: `https://${address}:${port}/${path}`,
    caBundle: readFileSync(certificate).toString("base64"),
  });
  return {
    manifests: [validating(client("validate"), validated), resource(client("convert"))],
    calls: () => ({ ...counts }),
    end: async () => {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
};

export const sample = {
  apiVersion: `${group}/v1`,
  kind: "Sample",
  metadata: { name: "sample", namespace: "default" },
  spec: { text: "as written" },
};

const allow = ({ request }: Review): object => ({ uid: request.uid, allowed: true });

/** The versions differ in nothing but their names. */
const convert = ({ request }: Review): object => ({
  uid: request.uid,
  result: { status: "Success" },
  convertedObjects: (request.objects ?? []).map((one) =>
    Object.assign(one, { apiVersion: request.desiredAPIVersion }),
  ),
});

const validating = (clientConfig: object, namespace: string): object => ({
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingWebhookConfiguration",
  metadata: { name: group },
  webhooks: [
    {
      name: `validate.${group}`,
      clientConfig,
      rules: [
        {
          apiGroups: [""],
          apiVersions: ["v1"],
          resources: ["configmaps"],
          operations: ["CREATE", "UPDATE"],
        },
      ],
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
      failurePolicy: "Fail",
      sideEffects: "None",
      admissionReviewVersions: ["v1"],
    },
  ],
});

const resource = (clientConfig: object): object => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `samples.${group}` },
  spec: {
    group,
    scope: "Namespaced",
    names: { kind: "Sample", plural: "samples", singular: "sample" },
    versions: ["v1", "v2"].map((name) => ({
      name,
      served: true,
      storage: name === "v1",
      schema: {
        openAPIV3Schema: {
          type: "object",
          properties: { spec: { type: "object", properties: { text: { type: "string" } } } },
        },
      },
    })),
    conversion: {
      strategy: "Webhook",
      webhook: { clientConfig, conversionReviewVersions: ["v1"] },
    },
  },
});
