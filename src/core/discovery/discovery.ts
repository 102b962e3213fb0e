import type { Certificate } from "../model/certificate.ts";
import type { Applications } from "../applications/find-applications.ts";
import type { ByHandFacts } from "./by-hand.ts";
import type { Connections } from "./connections.ts";
import type { ClusterCa, Holder } from "./holder.ts";

/** What was found out about a cluster; nothing secret is in it. */
export interface Discovery extends Applications {
  readonly cluster: string;
  /** "1.35.4" */
  readonly version: string;
  /** Absolute path. */
  readonly kubeconfig: string;
  /** What kubelets dial. */
  readonly endpoint: { readonly host: string; readonly port: number };
  readonly port: number;
  readonly etcd: "stacked" | "external";
  /** Of a stacked one, on every node. */
  readonly etcdDataDirectory?: string;
  readonly controlPlane: readonly FoundNode[];
  readonly workers: readonly FoundNode[];
  readonly kubelet: FoundService;
  /** Absent: kubeadm made it. */
  readonly byHand?: ByHandFacts;
  /** First of each CA file, in the file's order. */
  readonly cas: readonly { readonly ca: ClusterCa; readonly certificate: Certificate }[];
  readonly holders: readonly Holder[];
  /** Who shows which certificate to the API, where an audit log tells. */
  readonly connections?: Connections;
  /** What is worth a look before anything is planned. */
  readonly notes: readonly DiscoveryNote[];
}

export interface FoundNode {
  readonly name: string;
  /** The first is what others dial. */
  readonly addresses: readonly string[];
  readonly ssh: NodeWay;
  /** It is the machine that was looked from. */
  readonly local?: true;
  /** Why it could not be looked at, in words. */
  readonly unreachable?: string;
}

/** As the estate has it. */
export interface NodeWay {
  /** Absent: the first address. */
  readonly destination?: string;
  readonly user?: string;
  readonly configuration?: string;
  readonly sudo: boolean;
}

export type FoundService =
  | { readonly kind: "systemd"; readonly unit: string }
  | { readonly kind: "restart"; readonly command: readonly string[] };

export interface DiscoveryNote {
  /** Stable word. */
  readonly id:
    | "worker-unreachable"
    | "versions-differ"
    | "several-cas"
    | "no-ca-key"
    | "loose-pods"
    | "helm-not-read"
    | "uploaded-certs"
    | "kubelet-serving";
  readonly text: string;
  readonly cure?: string;
}
