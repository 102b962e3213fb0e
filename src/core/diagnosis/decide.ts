import type { Case } from "./case.ts";
import { endpointText } from "./endpoint.ts";
import type { Fault } from "./fault.ts";
import type { Finding } from "./finding.ts";
import { healthOf } from "./health.ts";
import { missingFor } from "./missing.ts";
import { patternOf } from "./pattern.ts";
import { stageRank } from "./stage.ts";
import type { CaseVerdict, Verdict } from "./verdict.ts";

interface Found {
  readonly fault: Fault;
  readonly finding: Finding;
}

const certainties = ["proved", "likely", "possible"] as const;
const severities = ["fault", "warning", "info"] as const;

/**
 * Which of two findings is told first: what does not work before what merely could, and what is proved or likely
 * before what is only possible; then the earlier stage, since nobody gets past it; then certainty; then the id, for a stable order.
 */
const order = (a: Found, b: Found): number =>
  severities.indexOf(a.finding.severity) - severities.indexOf(b.finding.severity) ||
  Number(a.finding.certainty === "possible") - Number(b.finding.certainty === "possible") ||
  stageRank(a.fault.stage) - stageRank(b.fault.stage) ||
  certainties.indexOf(a.finding.certainty) - certainties.indexOf(b.finding.certainty) ||
  (a.fault.id < b.fault.id ? -1 : 1);

const detectAll = (seen: Case, faults: readonly Fault[]): readonly Found[] =>
  faults.flatMap((fault) => {
    const detected = fault.detect(seen);
    if (detected === undefined) return [];
    const { id, title, side, severity } = fault;
    return [{ fault, finding: { side, severity, ...detected, fault: id, title } }];
  });

/** Takes away what another finding is the reason of; a merely possible reason explains nothing that is proved. */
const withoutExplained = (found: readonly Found[]): readonly Found[] =>
  found.filter(
    (one) =>
      !found.some(
        (other) =>
          other !== one &&
          other.fault.explains?.includes(one.fault.id) === true &&
          (other.finding.certainty !== "possible" || one.finding.certainty === "possible"),
      ),
  );

/** The verdict on one connection, or on files and logs alone. */
export const decideCase = (seen: Case, faults: readonly Fault[]): CaseVerdict => {
  const of = seen.endpoint === undefined ? seen.target.word : endpointText(seen.endpoint);
  const found = withoutExplained(detectAll(seen, faults)).toSorted(order);
  const findings = found.map(({ finding }) => finding);
  const [first, ...rest] = findings;
  if (first !== undefined && first.severity !== "info")
    return { of, outcome: "fault", finding: first, also: rest, missing: [] };
  const missing = missingFor(seen);
  if (missing.deadline) return { of, outcome: "deadline", also: findings, missing: missing.what };
  if (missing.what.length > 0)
    return { of, outcome: "inconclusive", also: findings, missing: missing.what };
  return { of, outcome: "ok", also: findings, health: healthOf(seen), missing: [] };
};

const outcomes = ["fault", "deadline", "inconclusive", "ok"] as const;

/** Of several verdicts: a fault first, the most certain of them, else what could not be told. */
const worse = (a: CaseVerdict, b: CaseVerdict): number =>
  outcomes.indexOf(a.outcome) - outcomes.indexOf(b.outcome) ||
  severities.indexOf(a.finding?.severity ?? "info") -
    severities.indexOf(b.finding?.severity ?? "info") ||
  certainties.indexOf(a.finding?.certainty ?? "possible") -
    certainties.indexOf(b.finding?.certainty ?? "possible");

/** Runs all faults over all cases and gives the one verdict. `cases` has at least one. */
export const decide = (cases: readonly Case[], faults: readonly Fault[]): Verdict => {
  const verdicts = cases.map((seen) => decideCase(seen, faults));
  const [head, ...elsewhere] = verdicts.toSorted(worse);
  const pattern = patternOf(verdicts);
  const common = { elsewhere, ...(pattern === undefined ? {} : { pattern }) };
  const healths = verdicts.flatMap(({ health }) => (health === undefined ? [] : [health]));
  const soonest = healths.toSorted(
    (a, b) => (a.goodUntil ?? Infinity) - (b.goodUntil ?? Infinity),
  )[0];
  // Healthy means all of them: what expires first may be at another endpoint.
  if (head!.outcome === "ok" && soonest !== undefined)
    return {
      ...head!,
      health: {
        ...soonest,
        checked: head!.health!.checked,
        unchecked: [...new Set(healths.flatMap(({ unchecked }) => unchecked))],
      },
      ...common,
    };
  return { ...head!, ...common };
};
