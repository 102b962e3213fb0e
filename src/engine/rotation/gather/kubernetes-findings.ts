import type { KubernetesCluster } from "../../../core/model/estate.ts";
import type { PlanFinding } from "../../../core/plan/finding.ts";
import { consumerState } from "../kubernetes/consumer-state.ts";
import { partFaults } from "../kubernetes/part-faults.ts";
import { withKubelets } from "../kubernetes-edges.ts";
import { slotsOf, type PlacedConsumer } from "../layout.ts";
import type { Look } from "../look.ts";
import { manifestFindings } from "./manifest-findings.ts";
import type { GatheredNode } from "./nodes.ts";
import { startedOtherwise } from "./started-otherwise.ts";

/** Where a Kubernetes cluster is not as the estate says, or not well; none where the estate has none. */
export const kubernetesFindings = async (
  look: Look,
  nodes: readonly GatheredNode[],
): Promise<readonly PlanFinding[]> => {
  const { kubernetes, consumers } = look.at.layout;
  if (kubernetes === undefined) return [];
  const isAway = ({ node }: PlacedConsumer): boolean =>
    nodes.some(({ facts }) => facts.name === node?.name && !facts.reachable);
  const here = [...consumers.values()].filter((consumer) => !isAway(consumer));
  // An external etcd's members are started as their owner likes.
  const own = here.filter(({ member }) => member === undefined || kubernetes.etcd !== undefined);
  const manifests = Promise.all([
    ...own.map((consumer) => manifestFindings(look, consumer)),
    ...here.map((consumer) => startedOtherwise(look, consumer)),
  ]);
  const listed = await look.list("/api/v1/nodes");
  if (!listed.ok) {
    // Everything else about the cluster would be this once more.
    return [
      {
        rule: "api-unreachable",
        subject: kubernetes.name,
        text: `the API of ${kubernetes.name} does not tell its nodes to the user of ${kubernetes.kubeconfig}`,
        evidence: [listed.why],
        cure: `see: kubectl --kubeconfig ${kubernetes.kubeconfig} get nodes`,
      },
      ...(await manifests).flat(),
    ];
  }
  const known = new Set(withKubelets(kubernetes).map(({ name }) => name));
  const unknown = [...listed.value.keys()].filter((name) => !known.has(name));
  return [
    ...unknown.map((name): PlanFinding => ({
      rule: "node-unknown",
      subject: name,
      text: `the cluster has a node ${name} whose kubelet the estate does not name`,
      evidence: [`the API lists: ${[...listed.value.keys()].join(", ")}`],
      cure:
        kubernetes.components === undefined
          ? "name it under kubernetes.workers in certwright.yaml: what is not named would be locked out"
          : "find out how it is started, for what is not named would be locked out: certwright discover, which writes kubernetes.components.kubelet; of machines that are masters, too, it has onMasters: true",
    })),
    ...(await Promise.all(here.map((consumer) => unhealthy(look, consumer)))).flat(),
    ...(await Promise.all(here.map((consumer) => otherVersion(look, consumer, kubernetes)))).flat(),
    ...(await manifests).flat(),
  ];
};

/** When files are read again depends on it. Kubelets may be behind (Kubernetes' version skew policy). */
const otherVersion = async (
  look: Look,
  consumer: PlacedConsumer,
  { version: declared }: KubernetesCluster,
): Promise<readonly PlanFinding[]> => {
  if (consumer.kubernetes?.kind !== "kube-apiserver") return [];
  const { version } = await consumerState(look, consumer);
  if (version === undefined || minorOf(version) === minorOf(declared)) return [];
  return [
    {
      rule: "version-differs",
      subject: consumer.id,
      text: `${consumer.id} is of Kubernetes ${version}, and the estate says ${declared}`,
      evidence: [],
      cure: "let an upgrade come to its end first, or correct kubernetes.version in certwright.yaml",
    },
  ];
};

const minorOf = (version: string): string => version.split(".").slice(0, 2).join(".");

/** Only with a fault that is not just its certificate's age, which a plan heals by itself. */
const unhealthy = async (look: Look, consumer: PlacedConsumer): Promise<readonly PlanFinding[]> => {
  const faults = await partFaults(look, consumer);
  if (faults.length === 0 || (await hasExpired(look, consumer))) return [];
  const { id, node } = consumer;
  return [
    {
      rule: "member-unhealthy",
      subject: id,
      text: `${id} is not well${node === undefined ? "" : ` on ${node.name}`}`,
      evidence: faults,
      cure: "bring it back first: a rotation restarts others of its kind",
    },
  ];
};

const hasExpired = async (look: Look, { id }: PlacedConsumer): Promise<boolean> => {
  const now = look.at.ports.clock.now();
  const presented = slotsOf(look.at.layout, id).filter(({ role }) => role === "presents");
  const found = await Promise.all(presented.map((slot) => look.content(slot.id)));
  return found.some((one) => one.ok && (one.value.certificates[0]?.notAfter ?? now + 1) <= now);
};
