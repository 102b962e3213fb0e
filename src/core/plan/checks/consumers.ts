import type { Consumer, Slot } from "../../model/inventory.ts";
import { readsByItself } from "../reads-by-itself.ts";
import type { PlanFinding } from "../finding.ts";

/**
 * Members run, are healthy, and can be restarted where their files are read at a start only. `ailing`: groups, and
 * consumers without one, that a leaf which does not last keeps from being healthy; that is healed first.
 */
export const checkConsumers = (
  consumers: readonly Consumer[],
  slotsOf: (consumer: Consumer) => readonly Slot[],
  ailing: ReadonlySet<string>,
): readonly PlanFinding[] =>
  consumers.flatMap((consumer): readonly PlanFinding[] => {
    const findings: PlanFinding[] = [];
    const { id, group, healthy, service, node, program } = consumer;
    const expectedWell = group !== undefined || service !== "none";
    if (healthy === false && expectedWell && !ailing.has(group ?? id)) {
      findings.push({
        rule: "member-unhealthy",
        subject: id,
        text: `${id} is not healthy: ${unhealthyWords(consumer)}`,
        evidence: [],
        cure: `bring it back first; what is wrong, says: ${lookCommand(program, id)}`,
      });
    }
    const late = slotsOf(consumer).filter((slot) => !readsByItself(slot));
    if (late.length > 0) findings.push(...hindrances(consumer));
    if (group === undefined) return findings;
    if (service === "none" && late.length > 0) {
      findings.push({
        rule: "not-restartable",
        subject: id,
        text: `${id} reads ${late.map(({ place }) => place.path).join(" and ")} at its start only, and nothing says how it is restarted`,
        evidence: [],
        cure: `name its service in certwright.yaml${node === undefined ? "" : `, at the member on ${node}`}: service: { systemd: etcd.service }`,
      });
    }
    return findings;
  });

/** Its owner has promised others something that replacing its pods would not keep, or has forbidden it. */
const hindrances = ({ id, hindered = [] }: Consumer): readonly PlanFinding[] => {
  if (hindered.length === 0) return [];
  const [kind = "", namespace = "", name = ""] = id.split("/");
  return [
    {
      rule: "not-replaceable",
      subject: id,
      text: `the pods of ${id} cannot be replaced as its owner wants it`,
      evidence: hindered,
      cure: `what there is, says: kubectl -n ${namespace} get ${kind}/${name} poddisruptionbudgets; give the budget room or the workload one more replica, have new pods come before old ones go (maxSurge: 1, maxUnavailable: 0), or name it under kubernetes.applications.exclude in certwright.yaml and replace its pods yourself`,
    },
  ];
};

const unhealthyWords = ({ group, redundancy = "quorum" }: Consumer): string => {
  if (group === undefined) return "it could not be told from one that the change has broken";
  return redundancy === "quorum"
    ? `restarting another member of ${group} could leave it without a quorum`
    : `restarting another one of ${group} could leave nobody`;
};

const lookCommand = (program: string, id: string): string => {
  const [where = "", , name = ""] = id.split("/");
  switch (program) {
    case "kubelet":
      return `kubectl describe node ${where}`;
    case "workload":
      return `kubectl rollout status ${where}/${name} -n ${id.split("/")[1]}`;
    case "kube-apiserver":
    case "kube-controller-manager":
    case "kube-scheduler":
      return `kubectl -n kube-system describe pod ${program}-${where}`;
    default:
      return "certwright etcd check";
  }
};
