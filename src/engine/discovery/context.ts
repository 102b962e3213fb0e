import type { Instant } from "../../core/model/certificate.ts";
import type { Digests, VerifySignature } from "../../core/model/cryptography.ts";
import type { NodeWay } from "../../core/discovery/discovery.ts";
import type { KubernetesApi } from "../../ports/kubernetes.ts";
import type { Nodes } from "../../ports/node.ts";

/** What discovery works with. */
export interface DiscoveryContext {
  readonly api: KubernetesApi;
  readonly nodes: Nodes;
  readonly tools: { readonly digests: Digests; readonly verifySignature: VerifySignature };
  readonly now: Instant;
  /** Absolute path. */
  readonly kubeconfig: string;
  /** How every node is reached; the destination is found out. */
  readonly ssh: Omit<NodeWay, "destination">;
  /** How kubelets are restarted, where the operator says so. */
  readonly kubeletRestart?: readonly string[];
  /** How the operator's service manager is told, where it is not systemd: words with NAME and VERB in them. */
  readonly serviceCommand?: readonly string[];
  /** What the kubeconfig names; absent: the API server itself. */
  readonly server?: { readonly host: string; readonly port: number };
  /** Told what is being looked at, in words. */
  readonly progress: (what: string) => void;
}
