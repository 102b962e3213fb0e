import { flagValue } from "../../../core/manifest/flag-value.ts";
import type { Consumer } from "../../../core/model/inventory.ts";
import { auditLogOf } from "../audit-log.ts";
import { groupMembers, type PlacedConsumer } from "../layout.ts";
import type { Look } from "../look.ts";
import { leadershipOf } from "./leadership.ts";
import { partFaults } from "./part-faults.ts";

/** What can be seen of a consumer of a Kubernetes cluster; what cannot is left out. Never throws. */
export const consumerState = async (
  look: Look,
  consumer: PlacedConsumer,
): Promise<
  Pick<Consumer, "version" | "process" | "healthy" | "leader" | "auditLog" | "signsWith">
> => {
  const { kubernetes } = consumer;
  if (kubernetes === undefined || kubernetes.kind === "object" || kubernetes.kind === "kubeadm") {
    return {};
  }
  const [process, faults, version] = await Promise.all([
    look.process(consumer.id),
    partFaults(look, consumer),
    versionOf(look, consumer),
  ]);
  const standsIn =
    kubernetes.kind === "kube-controller-manager" || kubernetes.kind === "kube-scheduler";
  const leadership = standsIn
    ? await leadershipOf(look, groupMembers(look.at.layout, consumer))
    : {};
  const auditLog =
    kubernetes.kind === "kube-apiserver" && process.ok && process.value !== undefined
      ? auditLogOf(process.value)
      : undefined;
  const signsWith =
    kubernetes.kind === "kube-controller-manager" && process.ok && process.value !== undefined
      ? (flagValue(process.value.command, "cluster-signing-cert-file") ?? "")
      : undefined;
  return {
    healthy: faults.length === 0,
    ...(auditLog === undefined ? {} : { auditLog }),
    ...(signsWith === undefined ? {} : { signsWith }),
    ...(version === undefined ? {} : { version }),
    ...(process.ok && process.value !== undefined
      ? { process: { pid: process.value.pid, startedAt: process.value.startedAt } }
      : {}),
    ...(leadership.leader === undefined ? {} : { leader: leadership.leader === consumer.id }),
  };
};

/** "1.35.4" */
const versionOf = async (
  look: Look,
  { kubernetes, node }: PlacedConsumer,
): Promise<string | undefined> => {
  if (kubernetes?.kind === "kube-apiserver") {
    const found = await look.text("/version", node);
    const [, version] = found.ok ? (/"gitVersion": *"v([^"]+)"/.exec(found.value.body) ?? []) : [];
    return version;
  }
  if (kubernetes?.kind !== "kubelet") return undefined;
  const nodes = await look.list("/api/v1/nodes");
  const object = nodes.ok ? nodes.value.get(node!.name) : undefined;
  const { nodeInfo } = (object?.["status"] ?? {}) as {
    readonly nodeInfo?: { readonly kubeletVersion?: string };
  };
  return nodeInfo?.kubeletVersion?.replace(/^v/, "");
};
