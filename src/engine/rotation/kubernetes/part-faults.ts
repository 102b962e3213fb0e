import { flagValue } from "../../../core/manifest/flag-value.ts";
import type { ProcessFacts } from "../../../ports/node.ts";
import type { PlacedConsumer } from "../layout.ts";
import type { Look } from "../look.ts";
import { leaseFacts, whyNotHeld } from "./lease.ts";
import { rolloutOf, workloadPath } from "./rollout.ts";

/** What is wrong with one consumer of a Kubernetes cluster, in words; none: it works, or there is nothing to it that could not. */
export const partFaults = (look: Look, consumer: PlacedConsumer): Promise<readonly string[]> => {
  switch (consumer.kubernetes?.kind) {
    case "kube-apiserver":
      return serverFaults(look, consumer);
    case "kube-controller-manager":
    case "kube-scheduler":
      return standInFaults(look, consumer);
    case "kubelet":
      return kubeletFaults(look, consumer);
    case "workload":
      return workloadFaults(look, consumer);
    default:
      return Promise.resolve([]);
  }
};

/** Its own words for what is not ready: "[-]etcd failed: reason withheld". */
const notReady = /^\[-\]\S+ .*$/gm;

const serverFaults = async (
  look: Look,
  { id, node }: PlacedConsumer,
): Promise<readonly string[]> => {
  const ready = await look.text("/readyz", node);
  if (!ready.ok) return [`${id}: ${ready.why}`];
  const { status, body } = ready.value;
  if (status === 200) return [];
  const parts = (body.match(notReady) ?? []).join(", ");
  return [`${id} is not ready: HTTP ${status}${parts === "" ? "" : `, ${parts}`}`];
};

/** Where they answer when no flag says otherwise (pkg/cluster/ports/ports.go). */
const securePorts = { "kube-controller-manager": "10257", "kube-scheduler": "10259" } as const;

const standInFaults = async (look: Look, consumer: PlacedConsumer): Promise<readonly string[]> => {
  const { id } = consumer;
  const process = await look.process(id);
  if (!process.ok) return [`${id}: ${process.why}`];
  if (process.value === undefined) return [`${id} is not running`];
  const healthy = await look.answer(consumer, ownPort(consumer, process.value), "/healthz");
  if (healthy.kind === "unknown") return [`${id}: /healthz: ${healthy.why}`];
  return healthy.status === 200 ? [] : [`${id}: /healthz says HTTP ${healthy.status}`];
};

const ownPort = (
  { kubernetes }: PlacedConsumer,
  { command }: ProcessFacts,
): { readonly host: string; readonly port: number } => {
  const address = flagValue(command, "bind-address") ?? "";
  const usual = securePorts[kubernetes!.kind as keyof typeof securePorts];
  return {
    host: ["", "0.0.0.0", "::"].includes(address) ? "127.0.0.1" : address,
    port: Number(flagValue(command, "secure-port") ?? usual),
  };
};

const kubeletFaults = async (
  look: Look,
  { id, node }: PlacedConsumer,
): Promise<readonly string[]> => {
  const process = await look.process(id);
  if (!process.ok) return [`${id}: ${process.why}`];
  if (process.value === undefined) return [`${id} is not running`];
  const name = node!.name;
  const [nodes, leases, skew] = await Promise.all([
    look.list("/api/v1/nodes"),
    look.list("/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"),
    look.skew(node),
  ]);
  for (const seen of [nodes, leases, skew]) if (!seen.ok) return [`${id}: ${seen.why}`];
  if (!nodes.ok || !leases.ok || !skew.ok) return [];
  const object = nodes.value.get(name);
  if (object === undefined) return [`${id}: the API has no node ${name}`];
  const faults: string[] = [];
  const { conditions = [] } = (object["status"] ?? {}) as { readonly conditions?: Condition[] };
  const ready = conditions.find(({ type }) => type === "Ready");
  if (ready?.status !== "True") {
    faults.push(
      `node ${name} is not Ready${ready?.message === undefined ? "" : `: ${ready.message}`}`,
    );
  }
  const lease = leaseFacts(leases.value.get(name));
  const now = look.at.ports.clock.now() + skew.value;
  // A lease is renewed by whoever is let in: one from before the process's start says nothing of this one.
  const why = lease === undefined ? "is not there" : whyNotHeld(lease, process.value, now);
  if (why !== undefined) faults.push(`lease kube-node-lease/${name} ${why}`);
  return faults;
};

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message?: string;
}

const workloadFaults = async (look: Look, consumer: PlacedConsumer): Promise<readonly string[]> => {
  const { id } = consumer;
  const workload = consumer.kubernetes!.workload!;
  const found = await look.get(workloadPath(workload));
  if (!found.ok) return [`${id}: ${found.why}`];
  if (found.value === undefined) return [`${id}: there is no such ${workload.kind}`];
  const { wanted, updated, available, complete } = rolloutOf(workload.kind, found.value);
  if (complete) return [];
  return [`${id}: of ${wanted} pods ${updated} are new and ${available} available`];
};
