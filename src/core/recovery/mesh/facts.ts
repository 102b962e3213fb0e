import type { Certificate, Instant, KeyId } from "../../model/certificate.ts";
import type { KubernetesWorkload } from "../../model/estate.ts";
import type { MeshCa } from "../../model/plan.ts";

/** What the API shows of a mesh's CA, without a byte of its keys. */
export interface MeshFacts {
  readonly takenAt: Instant;
  /** Where istiod runs: "istio-system". */
  readonly namespace: string;
  /** Those that are there, the one first that istiod takes: cacerts before istio-ca-secret (pilot/pkg/bootstrap/istio_ca.go). */
  readonly signers: readonly MeshSigner[];
  /** istio-ca-root-cert of each namespace. */
  readonly published: readonly PublishedRoots[];
  /** Webhooks that istiod answers. */
  readonly webhooks: readonly MeshWebhook[];
  readonly istiod: readonly MeshProgram[];
  /** Deployments with app=istiod in other namespaces: "istio-test/istiod". */
  readonly others: readonly string[];
  /** Who presents and verifies with what istiod signs. */
  readonly proxies: readonly MeshProxy[];
  /** Pods with a proxy that nobody makes again, or whose maker is not known: "shop/once". */
  readonly alone: readonly string[];
  /** Workloads with a proxy whose pods a new template does not replace, and why: "StatefulSet shop/db: it is paused". */
  readonly unmoved: readonly string[];
}

/** A Secret from which istiod takes its CA. */
export interface MeshSigner {
  readonly secret: MeshCa["secret"];
  /** ca-cert.pem; absent: none that can be read. */
  readonly certificate?: Certificate;
  /** Of ca-key.pem: its public half. */
  readonly key?: KeyId;
  /** cert-chain.pem. */
  readonly chain: readonly Certificate[];
  /** What verifiers are given: root-cert.pem; where there is none, the CA's own certificate. */
  readonly roots: readonly Certificate[];
  /** Fields that hold something, and not what can be read: "ca-key.pem". */
  readonly unread: readonly string[];
  /** The certificate's signature verifies with its own key. */
  readonly selfSigned: boolean;
  /** Of kubernetes.io/tls: istiod takes it, and certwright does not write it. */
  readonly tls: boolean;
}

export interface PublishedRoots {
  readonly namespace: string;
  readonly roots: readonly Certificate[];
}

export interface MeshWebhook {
  readonly kind: "ValidatingWebhookConfiguration" | "MutatingWebhookConfiguration";
  /** Name of the object that it is in. */
  readonly configuration: string;
  readonly name: string;
  readonly roots: readonly Certificate[];
}

/** A Deployment of istiod's. */
export interface MeshProgram {
  readonly workload: KubernetesWorkload;
  readonly wanted: number;
  readonly available: number;
  /** By what it is told that another CA signs: "ENABLE_CA_SERVER=false"; absent: by nothing. */
  readonly signsElsewhere?: string;
}

export interface MeshProxy {
  readonly workload: KubernetesWorkload;
  readonly kind: "ztunnel" | "gateway" | "sidecar";
}
