import { isFailure } from "../../../core/errors/certwright-error.ts";
import type { EstateNode, KubernetesCluster } from "../../../core/model/estate.ts";
import type { KubernetesApi } from "../../../ports/kubernetes.ts";
import { codeOf, whyOf } from "../attempt.ts";
import type { RotationPorts } from "../ports.ts";
import { inTurn, type Asked } from "./in-turn.ts";
import type { Ask } from "./witness.ts";

/** For one API server, so that another one can still be asked; on a busy machine a handshake takes its time. */
const serverDeadline = 2000;

/** Small, always there, and read from etcd. */
const path = "/api/v1/namespaces/kube-system?resourceVersion=";

/**
 * A client of the API that has nothing but the operator's kubeconfig, and trusts what that trusts: a server that it
 * cannot verify, or that does not know it, has failed, whatever the others do.
 */
export const apiClient = (
  ports: Pick<RotationPorts, "kubernetes" | "clock" | "timer">,
  { controlPlane, kubeconfig, port }: KubernetesCluster,
): { readonly ask: Ask; readonly close: () => void } => {
  const opened = new Map<string, KubernetesApi>();
  const open = async ({ name, addresses }: EstateNode): Promise<KubernetesApi> => {
    const known = opened.get(name);
    if (known !== undefined) return known;
    const server = { host: addresses[0]!.value, port };
    const api = await ports.kubernetes.open({
      kubeconfig,
      server,
      deadline: serverDeadline,
      reuse: false,
    });
    opened.set(name, api);
    return api;
  };
  return {
    ask: inTurn(ports, controlPlane, async (node): Promise<Asked> => {
      try {
        await (await open(node)).get(path);
        return { kind: "answered" };
      } catch (error) {
        // Who is not allowed to read it was known and answered.
        if (isFailure(error, "kubernetes.forbidden")) return { kind: "answered" };
        const why = `kube-apiserver of ${node.name}: ${whyOf(error)}`;
        return { kind: awayCodes.has(codeOf(error)) ? "away" : "refused", why };
      }
    }),
    close: () => {
      for (const api of opened.values()) api.close();
    },
  };
};

/** What a load balancer's health check would have found out, too. */
const awayCodes: ReadonlySet<string> = new Set([
  // Before a recovery has made it there is nothing to ask with.
  "file.missing",
  "kubernetes.unreachable",
  "kubernetes.late",
  "kubernetes.refused",
]);
