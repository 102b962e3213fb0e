import type { Finding } from "../../core/diagnosis/finding.ts";
import { fixText, type CaseVerdict, type Verdict } from "../../core/diagnosis/verdict.ts";
import { sentence } from "../../core/diagnosis/words.ts";
import { agoText } from "../../core/x509/path/duration.ts";
import { formatInstant } from "../../core/x509/time.ts";
import type { Terminal } from "../terminal.ts";

/** A verdict for people: the sentence first, then how it is known, what it breaks, what to do. */
export const verdictText = (terminal: Terminal, verdict: Verdict): string => {
  const lines = [...headLines(terminal, verdict)];
  if (verdict.also.length > 0) {
    lines.push(
      "",
      heading(terminal, verdict.finding === undefined ? "Worth knowing" : "After that"),
    );
    for (const one of verdict.also) lines.push(`  ${sentence(one.text)} [${one.fault}]`);
  }
  if (verdict.elsewhere.length > 0) {
    lines.push("", heading(terminal, "Other endpoints"));
    for (const one of verdict.elsewhere) lines.push(`  ${one.of}: ${shortly(one)}`);
    if (verdict.pattern !== undefined) lines.push(`  ${sentence(verdict.pattern)}`);
  }
  return `${lines.join("\n")}\n`;
};

const heading = (terminal: Terminal, words: string): string => terminal.style("bold", `${words}:`);

const indented = (text: string): string => text.replaceAll(/^/gm, "  ");

const headLines = (terminal: Terminal, verdict: Verdict): readonly string[] => {
  const { finding, outcome, health, missing, of } = verdict;
  if (finding !== undefined) return findingLines(terminal, finding);
  if (outcome === "ok") {
    const until = health?.goodUntil;
    return [
      `${terminal.style(["green", "bold"], "healthy")} ${of}`,
      ...(health === undefined || health.checked.length === 0
        ? []
        : [`  checked: ${health.checked.join(", ")}`]),
      ...(health?.unchecked ?? []).map((one) => `  not checked: ${one}`),
      ...(until === undefined
        ? []
        : [
            `  good until ${formatInstant(until)} (${agoText(until, terminal.now())}), when ${health?.firstToExpire ?? "the first certificate"} expires`,
          ]),
    ];
  }
  const words = outcome === "deadline" ? "no verdict in time" : "inconclusive";
  return [
    `${terminal.style(["yellow", "bold"], words)} ${of}`,
    ...missing.map((one) => `  ${sentence(one)}`),
  ];
};

const findingLines = (terminal: Terminal, finding: Finding): readonly string[] => {
  const { text, evidence, breaks, forWhom, fix, certainty, fault } = finding;
  const label = certainty === "proved" ? fault : `${fault}, ${certainty}`;
  return [
    `${terminal.style(["red", "bold"], sentence(text))} [${label}]`,
    "",
    heading(terminal, "Known by"),
    ...evidence.map((one) => `  - ${one}`),
    heading(terminal, "Breaks"),
    `  ${sentence(breaks)}${forWhom === undefined ? "" : ` It fails for ${forWhom}.`}`,
    heading(terminal, "To mend it"),
    indented(fixText(fix)),
  ];
};

const shortly = ({ outcome, finding }: CaseVerdict): string =>
  finding === undefined
    ? { ok: "healthy", fault: "at fault", inconclusive: "inconclusive", deadline: "no answer" }[
        outcome
      ]
    : `${sentence(finding.text)} [${finding.fault}]`;
