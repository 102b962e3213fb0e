import { decodeBase64 } from "../../core/bytes/base64.ts";
import { asciiBytes, utf8Bytes, utf8Of } from "../../core/bytes/utf8.ts";
import type { Certificate } from "../../core/model/certificate.ts";
import type { MeshCa } from "../../core/model/plan.ts";
import type { MeshSigner, MeshWebhook } from "../../core/recovery/mesh/facts.ts";
import type { KubernetesApi, KubernetesObject } from "../../ports/kubernetes.ts";
import type { AuthorityPorts } from "../authority/ports.ts";
import { certificatesIn, keyIn, type Reader } from "../rotation/place/material.ts";

// Where Istio keeps its CA in the API, and how it is read.

export const secretPath = (namespace: string, name?: string): string =>
  `/api/v1/namespaces/${namespace}/secrets${name === undefined ? "" : `/${name}`}`;

export const rootConfigMap = "istio-ca-root-cert";
export const rootField = "root-cert.pem";

export const configMapPath = (namespace: string): string =>
  `/api/v1/namespaces/${namespace}/configmaps/${rootConfigMap}`;

/** That of every namespace (metadata.name is a field selector of every resource). */
export const everyRootConfigMap = `/api/v1/configmaps?fieldSelector=metadata.name%3D${rootConfigMap}`;

const webhookPlurals: Readonly<Record<MeshWebhook["kind"], string>> = {
  ValidatingWebhookConfiguration: "validatingwebhookconfigurations",
  MutatingWebhookConfiguration: "mutatingwebhookconfigurations",
};

/** Decoded field of a Secret; undefined: it is not there, or no base64. */
export const secretField = (object: KubernetesObject, field: string): Uint8Array | undefined => {
  const text = (object["data"] as Readonly<Record<string, string>> | undefined)?.[field];
  if (text === undefined || text === "") return undefined;
  const decoded = decodeBase64(asciiBytes(text));
  return decoded.ok ? decoded.bytes : undefined;
};

/** What istiod takes from that Secret. The key's bytes are wiped before it returns. */
export const signerIn = (
  ports: Reader & Pick<AuthorityPorts, "verifySignature">,
  secret: MeshCa["secret"],
  object: KubernetesObject,
): MeshSigner => {
  const tls = object["type"] === "kubernetes.io/tls";
  const unread: string[] = [];
  const read = (field: string): readonly Certificate[] => {
    const bytes = secretField(object, field);
    if (bytes === undefined) return [];
    const { certificates } = certificatesIn(ports, bytes, { source: secret, within: field });
    if (certificates.length === 0) unread.push(field);
    return certificates;
  };
  const ownField = tls ? "tls.crt" : "ca-cert.pem";
  const [own, ...rest] = read(ownField);
  const keyField = tls ? "tls.key" : "ca-key.pem";
  const keyBytes = secretField(object, keyField);
  const key = keyBytes && keyIn(ports, keyBytes, { source: secret, within: keyField }).id;
  keyBytes?.fill(0);
  if (keyBytes !== undefined && key === undefined) unread.push(keyField);
  const roots = read(tls ? "ca.crt" : rootField);
  const certificate = own?.basicConstraints?.ca === true ? own : undefined;
  if (own !== undefined && certificate === undefined) unread.push(ownField);
  const chain = [...rest, ...read("cert-chain.pem")];
  return {
    secret,
    ...(certificate === undefined ? {} : { certificate }),
    ...(key === undefined ? {} : { key }),
    chain,
    roots: roots.length > 0 || certificate === undefined ? roots : [certificate],
    unread,
    selfSigned: certificate !== undefined && verifiesItself(ports, certificate),
    tls,
  };
};

const verifiesItself = (
  { verifySignature }: Pick<AuthorityPorts, "verifySignature">,
  { publicKey, signatureAlgorithm, tbs, signature }: Certificate,
): boolean => verifySignature(publicKey.spki, signatureAlgorithm, tbs, signature);

/** Certificates of a ConfigMap's or webhook's text. */
export const certificatesOf = (
  ports: Reader,
  text: string,
  source: string,
): readonly Certificate[] => certificatesIn(ports, utf8Bytes(text), { source }).certificates;

export interface MeshConfigMap {
  readonly namespace: string;
  readonly path: string;
  readonly object: KubernetesObject;
  readonly text: string;
}

export const rootConfigMaps = async (api: KubernetesApi): Promise<readonly MeshConfigMap[]> => {
  const found: MeshConfigMap[] = [];
  for await (const object of api.list(everyRootConfigMap)) {
    const { namespace = "" } = object.metadata;
    const text =
      (object["data"] as Readonly<Record<string, string>> | undefined)?.[rootField] ?? "";
    found.push({ namespace, path: configMapPath(namespace), object, text });
  }
  return found;
};

/** One webhook of a configuration that istiod answers. */
export interface MeshWebhookPart {
  readonly kind: MeshWebhook["kind"];
  readonly path: string;
  readonly object: KubernetesObject;
  readonly name: string;
  readonly index: number;
  /** Base64 of PEM; "": none. */
  readonly caBundle: string;
}

interface WebhookFields {
  readonly name: string;
  readonly clientConfig?: {
    readonly caBundle?: string;
    readonly service?: { readonly name?: string; readonly namespace?: string };
  };
}

/** Those whose service is istiod's: "istiod", or with a revision "istiod-canary". */
export const istiodWebhooks = async (
  api: KubernetesApi,
  namespace: string,
): Promise<readonly MeshWebhookPart[]> => {
  const found: MeshWebhookPart[] = [];
  for (const kind of ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"] as const) {
    const folder = `/apis/admissionregistration.k8s.io/v1/${webhookPlurals[kind]}`;
    for await (const object of api.list(folder)) {
      const path = `${folder}/${object.metadata.name}`;
      ((object["webhooks"] ?? []) as readonly WebhookFields[]).forEach(
        ({ name, clientConfig = {} }, index) => {
          const { service, caBundle = "" } = clientConfig;
          if (service?.namespace === namespace && /^istiod(?:-|$)/.test(service.name ?? ""))
            found.push({ kind, path, object, name, index, caBundle });
        },
      );
    }
  }
  return found;
};

/** PEM of a caBundle; "": there is none, or it is no base64. */
export const bundleText = (caBundle: string): string => {
  const decoded = decodeBase64(asciiBytes(caBundle));
  return decoded.ok ? utf8Of(decoded.bytes).text : "";
};
