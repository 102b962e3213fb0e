import type { Consumer, Slot } from "../../model/inventory.ts";
import { readsByItself } from "../reads-by-itself.ts";
import type { PlanFinding } from "../finding.ts";

/**
 * Members run, are healthy, and can be restarted where their files are read at a start only. `ailing`: groups that a
 * leaf which does not last keeps from being healthy; that is healed first.
 */
export const checkConsumers = (
  consumers: readonly Consumer[],
  slotsOf: (consumer: Consumer) => readonly Slot[],
  ailing: ReadonlySet<string>,
): readonly PlanFinding[] =>
  consumers.flatMap((consumer): readonly PlanFinding[] => {
    const { id, group, healthy, service, node } = consumer;
    if (group === undefined) return [];
    const findings: PlanFinding[] = [];
    if (healthy === false && !ailing.has(group)) {
      findings.push({
        rule: "member-unhealthy",
        subject: id,
        text: `${id} is not healthy: restarting another member of ${group} could leave it without a quorum`,
        evidence: [],
        cure: "bring it back first; what is wrong, says: certwright etcd check",
      });
    }
    const late = slotsOf(consumer).filter((slot) => !readsByItself(slot));
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
