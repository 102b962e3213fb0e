import type { FaultId } from "./fault-id.ts";
import type { Finding, FixStep } from "./finding.ts";
import { sentence } from "./words.ts";

/** What is known of a target that is healthy. */
export interface Health {
  /** What was checked, each a phrase. */
  readonly checked: readonly string[];
  /** What was left out on purpose, each a phrase with the reason and how to see it. */
  readonly unchecked: readonly string[];
  /** Earliest notAfter of everything that takes part. */
  readonly goodUntil?: number;
  /** What expires first, in words. */
  readonly firstToExpire?: string;
}

/** The result for one connection, or for files and logs alone. */
export interface CaseVerdict {
  /** "etcd-1:2379", or the target as typed. */
  readonly of: string;
  readonly outcome: "fault" | "ok" | "inconclusive" | "deadline";
  /** The one fault; set when the outcome is "fault". */
  readonly finding?: Finding;
  /** What remains after it is mended; advice when all is well. */
  readonly also: readonly Finding[];
  readonly health?: Health;
  /** What would decide it, when the outcome is "inconclusive" or "deadline". */
  readonly missing: readonly string[];
}

/** The result of a run: the verdict that matters most, the others, and what they have in common. */
export interface Verdict extends CaseVerdict {
  readonly elsewhere: readonly CaseVerdict[];
  /** "all 3 endpoints: your client certificate", "etcd-3:2379 only; 2 others are healthy" */
  readonly pattern?: string;
}

const stepText = ({ does, command }: FixStep): string =>
  command === undefined ? sentence(does) : `${sentence(does).replace(/\.$/, ":")}\n  ${command}`;

export const fixText = (steps: readonly FixStep[]): string => steps.map(stepText).join("\n");

const findingData = (finding: Finding) => ({
  fault: finding.fault as FaultId | "ok" | "inconclusive",
  text: sentence(finding.text),
  subject: finding.subject,
  side: finding.side as string,
  certainty: finding.certainty,
  severity: finding.severity,
  evidence: finding.evidence,
  breaks: finding.breaks,
  ...(finding.forWhom === undefined ? {} : { forWhom: finding.forWhom }),
  fix: fixText(finding.fix),
});

const silentTexts: Readonly<Record<"ok" | "inconclusive" | "deadline", string>> = {
  ok: "No fault was found.",
  inconclusive: "What was seen has more than one explanation.",
  deadline: "Time ran out before a fault could be named.",
};

const caseData = (verdict: CaseVerdict) => {
  const { finding, outcome, health, missing } = verdict;
  const head =
    finding === undefined
      ? {
          // Scripts know two words beside the faults; that time ran out is the exit code's to say.
          fault: outcome === "ok" ? ("ok" as const) : ("inconclusive" as const),
          text: silentTexts[outcome === "fault" ? "inconclusive" : outcome],
          subject: verdict.of,
          side: "none",
          certainty: outcome === "ok" ? "proved" : "possible",
          severity: "info",
          evidence: [
            ...(health?.checked ?? []),
            ...(health?.unchecked ?? []).map((one) => `not checked: ${one}`),
          ],
          breaks: "",
          fix: missing.map((one) => sentence(one)).join("\n"),
        }
      : findingData(finding);
  return { ...head, of: verdict.of };
};

/** The verdict as `certwright doctor -o json` prints it; fields are never renamed. */
export const verdictData = (verdict: Verdict) => {
  const { health, pattern } = verdict;
  const unchecked = health?.unchecked ?? [];
  return {
    ...caseData(verdict),
    also: verdict.also.map(findingData),
    elsewhere: verdict.elsewhere.map(caseData),
    ...(pattern === undefined ? {} : { pattern }),
    ...(unchecked.length === 0 ? {} : { unchecked }),
    ...(health?.goodUntil === undefined ? {} : { goodUntil: health.goodUntil }),
    ...(health?.firstToExpire === undefined ? {} : { firstToExpire: health.firstToExpire }),
    missing: verdict.missing,
  };
};

/** 0 healthy, 1 fault found, 3 inconclusive, 4 deadline. A fault on any endpoint counts. */
export const exitOf = ({ outcome, elsewhere }: Verdict): 0 | 1 | 3 | 4 => {
  const outcomes = new Set([outcome, ...elsewhere.map((one) => one.outcome)]);
  if (outcomes.has("fault")) return 1;
  if (outcomes.has("deadline")) return 4;
  return outcomes.has("inconclusive") ? 3 : 0;
};
