import { failure } from "../../../core/errors/certwright-error.ts";
import type { Instant } from "../../../core/model/certificate.ts";
import type { EstateNode, KubernetesCluster } from "../../../core/model/estate.ts";
import type { KubernetesApi } from "../../../ports/kubernetes.ts";
import type { RotationPorts } from "../ports.ts";
import { trustedPem } from "../root-client.ts";

/** Ways to a cluster's API that are kept for as long as work goes on. */
export interface Apis {
  /**
   * The API as the operator's kubeconfig names it, or the server of one node of the control plane. Whoever asks neither
   * keeps nor closes it. Throws rotation.no-api, kubernetes.*, authority.*.
   */
  open(node?: EstateNode): Promise<KubernetesApi>;
  close(): void;
}

interface Way {
  readonly openedAt: Instant;
  /** PEM of what it trusts besides the kubeconfig's. */
  readonly trust: string;
  readonly api: Promise<KubernetesApi>;
}

/**
 * A connection shows the certificate that was in the kubeconfig when it was opened; a rotation writes another one, and
 * whoever looks in audit logs for the former must not be the one who shows it. Milliseconds.
 */
const longestUse = 60_000;

/**
 * By the operator's own kubeconfig, whose files a rotation changes; besides its CA every generation is trusted that
 * may be met while the rotation goes on.
 */
export const openApis = (
  { kubernetes, authority, clock }: Pick<RotationPorts, "kubernetes" | "authority" | "clock">,
  cluster: KubernetesCluster | undefined,
  deadline: number,
): Apis => {
  const ways = new Map<string, Way>();
  /** Somebody may still be using them. */
  const left: Way[] = [];
  return {
    open: async (node) => {
      if (cluster === undefined) throw failure("rotation.no-api", {});
      const name = node?.name ?? "";
      const trust = trustedPem(await authority.issuer(cluster.issuers.cluster));
      const known = ways.get(name);
      const now = clock.now();
      if (known?.trust === trust && Math.abs(now - known.openedAt) < longestUse) return known.api;
      if (known?.trust === trust) left.push(known);
      else close(known);
      const { kubeconfig, port } = cluster;
      const server = node === undefined ? {} : { server: { host: addressOf(node), port } };
      const api = kubernetes.open({ kubeconfig, trust, deadline, ...server });
      const way: Way = { openedAt: now, trust, api };
      ways.set(name, way);
      // A kubeconfig that cannot be read may be there at the next call.
      api.catch(() => ways.get(name) === way && ways.delete(name));
      return api;
    },
    close: () => {
      for (const way of [...left.splice(0), ...ways.values()]) close(way);
      ways.clear();
    },
  };
};

const addressOf = ({ addresses }: EstateNode): string => addresses[0]!.value;

const close = (way: Way | undefined): void => {
  way?.api.then(
    (api) => api.close(),
    () => undefined,
  );
};
