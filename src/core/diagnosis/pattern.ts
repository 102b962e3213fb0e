import type { CaseVerdict } from "./verdict.ts";

/**
 * What several endpoints have in common, in words; undefined for a single one.
 * "all 3 endpoints", "etcd-3:2379 only; 2 others are healthy".
 */
export const patternOf = (verdicts: readonly CaseVerdict[]): string | undefined => {
  if (verdicts.length < 2) return undefined;
  const failing = verdicts.filter(({ outcome }) => outcome !== "ok");
  const healthy = verdicts.length - failing.length;
  if (failing.length === 0) return `all ${verdicts.length} endpoints are healthy`;
  const faults = new Set(failing.map(({ finding }) => finding?.fault ?? "inconclusive"));
  const subjects = new Set(failing.map(({ finding }) => finding?.subject));
  if (healthy === 0) {
    if (faults.size > 1) return `each of the ${verdicts.length} endpoints fails in its own way`;
    const subject = subjects.size === 1 ? failing[0]!.finding?.subject : undefined;
    return `all ${verdicts.length} endpoints fail alike${subject === undefined ? "" : `: ${subject}`}`;
  }
  const which = failing.map(({ of }) => of).join(", ");
  return `${which} only; ${healthy === 1 ? "the other one is" : `${healthy} others are`} healthy`;
};
