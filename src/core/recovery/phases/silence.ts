import type { Phase, Step } from "../../model/plan.ts";
import { renewedCas, type Situation } from "../cases.ts";
import { etcdGroup, type RecoveryOptions } from "../steps.ts";

/** Phases at whose steps nobody answers, where nobody did when the plan was made. */
const beforeTheApi: ReadonlySet<string> = new Set([
  "preflight",
  "authority",
  "etcd",
  "data",
  "operator",
  "api",
]);

/** Who answers with a certificate that has expired answers nobody who verifies it. */
export const silence = (
  { facts, ...rest }: Situation,
  options: RecoveryOptions,
  /** Whoever answers has no quorum behind it. */
  isLeaderless: boolean,
): ((one: Phase) => Phase) => {
  const renewed = renewedCas({ facts, ...rest });
  // Who has nothing but a leaf below an expired CA is refused as well.
  const isAccepted = (port: number): boolean => !renewed.has(port === etcdPort ? "etcd/ca" : "ca");
  const answers = (port: number): boolean =>
    !isLeaderless &&
    isAccepted(port) &&
    facts.nodes.some(({ witnesses }) =>
      witnesses.served.some(
        (one) => one.port === port && (one.certificates[0]?.notAfter ?? 0) >= facts.takenAt,
      ),
    );
  const groups = [
    ...(answers(options.cluster.port) ? [] : ["kube-apiserver"]),
    ...(answers(etcdPort) ? [] : [etcdGroup(options)]),
  ];
  if (groups.length === 0) return (one) => one;
  const gapOf = (one: Step): Step => ({ ...one, gap: { groups, milliseconds: one.expected } });
  return (one) => (beforeTheApi.has(one.id) ? { ...one, steps: one.steps.map(gapOf) } : one);
};

/** Nobody can change it (cmd/kubeadm/app/constants: EtcdListenClientPort). */
const etcdPort = 2379;
