import type { Holder } from "./holder.ts";

/** What is looked at of an object of the API. */
export interface ApiObject {
  readonly kind?: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
    readonly managedFields?: readonly { readonly manager?: string; readonly time?: string }[];
  };
  readonly [field: string]: unknown;
}

/** Objects that Kubernetes itself keeps, by "KIND NAMESPACE/NAME", "*" for any namespace. */
const own: Readonly<Record<string, { readonly owner: string; readonly writer: Holder["writer"] }>> =
  {
    "ConfigMap kube-public/cluster-info": { owner: "kubeadm, once", writer: "certwright" },
    "ConfigMap */kube-root-ca.crt": { owner: "kube-controller-manager", writer: "cluster" },
    "ConfigMap kube-system/extension-apiserver-authentication": {
      owner: "API servers, which only ever add",
      writer: "certwright",
    },
    "Secret kube-system/kubeadm-certs": {
      owner: "kubeadm init --upload-certs, for two hours",
      writer: "owner",
    },
  };

const ownEntry = ({ kind, metadata: { namespace, name } }: ApiObject) =>
  own[`${kind} ${namespace}/${name}`] ?? own[`${kind} */${name}`];

/**
 * The leading controller manager makes one with its --root-ca-file, named by its hash, and removes the others of this
 * signer (pkg/controller/certificates/clustertrustbundlepublisher/publisher.go, syncClusterTrustBundle).
 */
const isPublishedBundle = (object: ApiObject): boolean =>
  object.kind === "ClusterTrustBundle" &&
  (object["spec"] as { readonly signerName?: string } | undefined)?.signerName ===
    "kubernetes.io/kube-apiserver-serving";

const isTokenSecret = (object: ApiObject): boolean =>
  object.kind === "Secret" && object["type"] === "kubernetes.io/service-account-token";

/** Who has to write it in a rotation. */
export const writerOf = (object: ApiObject, holds: Holder["holds"]): Holder["writer"] => {
  const entry = ownEntry(object);
  if (entry !== undefined) return entry.writer;
  if (isPublishedBundle(object)) return "cluster";
  // The controller manager writes ca.crt of these with its --root-ca-file (tokens_controller.go).
  return isTokenSecret(object) && holds === "trust" ? "cluster" : "owner";
};

/** Longest that is shown of an owner's name. */
const longest = 80;

/** Who made or keeps it, by the marks that tools leave on what they make. Printable: anybody may write an annotation. */
export const ownerOf = (object: ApiObject): string =>
  markOf(object)
    .slice(0, longest)
    .replaceAll(/[^\x20-\x7e]/g, "?");

const markOf = (object: ApiObject): string => {
  const entry = ownEntry(object);
  if (entry !== undefined) return entry.owner;
  if (isTokenSecret(object) || isPublishedBundle(object)) return "kube-controller-manager";
  const { labels = {}, annotations = {} } = object.metadata;
  if (Object.keys(annotations).some((name) => name.startsWith("cert-manager.io/inject-")))
    return "cert-manager's cainjector";
  const certificate = annotations["cert-manager.io/certificate-name"];
  if (certificate !== undefined) return `cert-manager, Certificate ${certificate}`;
  const release = annotations["meta.helm.sh/release-name"];
  if (release !== undefined) return `Helm, release ${release}`;
  const [first] = object.metadata.ownerReferences ?? [];
  if (first !== undefined) return `${first.kind} ${first.name}`;
  const tracking = annotations["argocd.argoproj.io/tracking-id"];
  if (tracking !== undefined) return `Argo CD, application ${tracking.split(":")[0]}`;
  const by = labels["app.kubernetes.io/managed-by"];
  if (by !== undefined) return by;
  const last = [...(object.metadata.managedFields ?? [])]
    .sort((a, b) => (a.time ?? "").localeCompare(b.time ?? ""))
    .at(-1);
  return last?.manager === undefined ? "unknown" : `last written by ${last.manager}`;
};
