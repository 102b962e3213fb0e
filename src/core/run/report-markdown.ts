import { goalWords } from "../plan/explain/goal-words.ts";
import { spanWords } from "../text/span.ts";
import { formatInstant } from "../x509/time.ts";
import { claimWords } from "./claim-words.ts";
import { gapWords, loadWords } from "./gap-words.ts";
import type { ReportPhase, RunReport } from "./report.ts";

/** The whole report for people, as Markdown: what was proved when, what restarted, what failed, who vouched for what. */
export const reportMarkdown = (report: RunReport): string =>
  [
    `# Run ${report.run}: ${goalWords(report.goal)}, ${report.verdict.replace("-", " ")}`,
    "",
    `Opened ${formatInstant(report.openedAt)} by ${report.by}, last record ${formatInstant(report.endedAt)}; ${spanWords(report.workSeconds * 1000)} of work.`,
    `Plan ${report.plan}. Journal of ${report.journal.entries} records, the last with hash ${report.journal.hash}. Report digest ${report.digest}.`,
    "",
    "## What clients met",
    "",
    ...loadLines(report),
    ...section(
      "Restarts",
      report.restarts.map(
        ({ consumer, at, seconds }) =>
          `- ${formatInstant(at)} ${consumer}${seconds === undefined ? "" : `, proved again after ${seconds} s`}`,
      ),
    ),
    ...section("Holders, soak and whoever vouched for them", wordLines(report)),
    ...section("Said by operators", [
      ...report.approvals.map(({ step, by }) => `- ${by} approved ${step}`),
      ...(report.repairs ?? []).map(
        ({ by, slots, steps }) =>
          `- ${by} had it repaired: done again ${steps.join(", ") || "nothing"}; written over ${slots.join(", ") || "nothing"}`,
      ),
      ...report.accepted.map(({ blind, by }) => `- ${by} took on what could not be seen: ${blind}`),
    ]),
    ...section(
      "Setbacks",
      report.setbacks.map(
        ({ at, step, outcome, message }) =>
          `- ${formatInstant(at)} ${step} (${outcome}): ${cell(message)}`,
      ),
    ),
    ...report.phases.flatMap((phase) => phaseLines(report, phase)),
    "",
  ].join("\n");

const section = (title: string, lines: readonly string[]): readonly string[] => [
  "",
  `## ${title}`,
  "",
  ...(lines.length === 0 ? ["None."] : lines),
];

const loadLines = ({ load, gaps = [] }: RunReport): readonly string[] =>
  load === undefined
    ? ["Nobody watched."]
    : [
        `The witness: ${loadWords({ load, gaps })}.`,
        ...gaps.map((one) => `- ${formatInstant(one.from)} ${cell(gapWords(one))}`),
        ...load.failures.map(({ at, why }) => `- ${formatInstant(at)} ${cell(why)}`),
      ];

const wordLines = ({ proofs, acknowledged }: RunReport): readonly string[] => [
  ...proofs
    .filter(({ claim }) => claim.kind === "informed" || claim.kind === "unused")
    .map(
      ({ claim, evidence, observedAt }) =>
        `- ${formatInstant(observedAt)} ${claimWords(claim)}: ${cell(evidence)}`,
    ),
  ...acknowledged.map(
    ({ name, by, at, note }) => `- ${formatInstant(at)} ${by} vouched for ${name}: ${cell(note)}`,
  ),
];

const phaseLines = (report: RunReport, phase: ReportPhase): readonly string[] => {
  const { id, title, state, seconds } = phase;
  const own = report.proofs.filter(
    ({ step }) => step.startsWith(`${id}.`) || step.startsWith(`undo.${id}.`),
  );
  return [
    "",
    `## ${title} (${id}): ${state}, ${seconds} s`,
    "",
    ...(own.length === 0
      ? ["Nothing was proved."]
      : [
          "| Proved at | Step | Claim | By | Evidence |",
          "| --- | --- | --- | --- | --- |",
          ...own.map(
            ({ observedAt, step, claim, method, observer, evidence }) =>
              `| ${formatInstant(observedAt)} | ${step} | ${cell(claimWords(claim))} | ${method}${observer === undefined ? "" : ` from ${observer}`} | ${cell(evidence)} |`,
          ),
        ]),
  ];
};

/** What others wrote must not end a cell or a line, nor begin an element. */
const cell = (text: string): string =>
  text.replaceAll(/\s+/g, " ").replaceAll("|", "\\|").replaceAll("<", "&lt;");
