import {
  searchApplications,
  type Applications,
  type SearchGround,
} from "../../core/applications/find-applications.ts";
import type { Pod } from "../../core/applications/pod.ts";
import type { KubernetesApi } from "../../ports/kubernetes.ts";

/** A pod has 5 to 20 kB. */
const podPage = 250;
/** A Lease has less than one. */
const leasePage = 500;

/** What has ended will not read anything again. */
const running = "/api/v1/pods?fieldSelector=status.phase%21%3DSucceeded%2Cstatus.phase%21%3DFailed";
/** Those of nodes are as many as nodes and tell nothing here. */
const leases =
  "/apis/coordination.k8s.io/v1/leases?fieldSelector=metadata.namespace%21%3Dkube-node-lease";

/**
 * Looks at every pod once and keeps none: which workloads have the cluster's CA before them, and since when. Throws
 * kubernetes.*.
 */
export const lookForApplications = async (
  api: KubernetesApi,
  { published, heard }: Pick<SearchGround, "published" | "heard">,
  /** After each object. */
  seen: () => void = () => undefined,
): Promise<Applications> => {
  const holders = new Set<string>();
  for await (const { metadata, spec } of api.list(leases, { pageSize: leasePage })) {
    seen();
    const { holderIdentity = "" } = (spec ?? {}) as { readonly holderIdentity?: string };
    // "POD" or "POD_UUID", as leader election writes it (client-go examples, controller-runtime pkg/leaderelection).
    holders.add(`${metadata.namespace} ${holderIdentity.split("_")[0]!}`);
  }
  const search = searchApplications({
    published,
    heard,
    leads: (namespace, pod) => holders.has(`${namespace} ${pod}`),
  });
  for await (const pod of api.list(running, { pageSize: podPage })) {
    seen();
    search.add(pod as Pod);
  }
  return search.found();
};
