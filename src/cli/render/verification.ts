import type { Step, Verifier } from "../../core/verification/verify.ts";
import { verifiers } from "../../core/verification/verify.ts";
import type { Certificate } from "../../core/model/certificate.ts";
import { labelOf } from "../../core/x509/path/label.ts";
import { columns } from "../output.ts";
import type { Terminal } from "../terminal.ts";

/** Whether the private key at hand is the certificate's. */
export interface KeyStep {
  /** "unknown": the key is encrypted or cannot be read. */
  readonly outcome: "passed" | "failed" | "unknown";
  readonly where: string;
}

/** A failure that verifiers share, with where the blamed certificate was read. */
export interface SharedFailure {
  readonly question: string;
  readonly verifiers: readonly Verifier[];
  readonly failure: NonNullable<Step["failure"]>;
}

/** The questions, one line each with both verifiers' answers; then what failed, whom it concerns and what to do. */
export const renderVerification = (
  terminal: Terminal,
  target: string,
  steps: readonly Step[],
  key: KeyStep | undefined,
  placeOf: (certificate: Certificate) => string,
): string => {
  const questions = Map.groupBy(steps, questionOf);
  const rows = [...questions].map(([question, answers]) =>
    [`  ${question}`].concat(
      answers.map((step) => `${step.verifier.name} ${outcomeText(terminal, step.outcome)}`),
      question === "chain" ? chainText(answers) : "",
    ),
  );
  if (key !== undefined) {
    rows.push(["  key", keyText(terminal, key), "", key.where]);
  }
  const failures = sharedFailures(steps).map((shared) => failureText(terminal, shared, placeOf));
  const verdicts = verifiers.map((verifier) => {
    const passed = accepts(steps, verifier);
    const word = passed ? terminal.style("green", "accepted") : terminal.style("red", "refused");
    return `${word} by ${verifier.name} programs (${verifier.programs})\n`;
  });
  const parts = [
    `${terminal.style("bold", target)}\n${columns(rows)}`,
    ...failures,
    verdicts.join(""),
  ];
  return parts.join("\n");
};

/** Whether all that was asked passed at this verifier. */
export const accepts = (steps: readonly Step[], verifier: Verifier): boolean =>
  steps.every((step) => step.verifier !== verifier || step.outcome === "passed");

export const questionOf = ({ step, asked }: Step): string =>
  asked === undefined ? step : `${step} ${asked}`;

/** Failures once each, with all the verifiers that gave them; in the order of the questions. */
export const sharedFailures = (steps: readonly Step[]): readonly SharedFailure[] => {
  const failed = steps.filter((step) => step.failure !== undefined);
  const groups = Map.groupBy(
    failed,
    (step) => `${questionOf(step)}\n${step.failure!.code}\n${step.failure!.message}`,
  );
  return [...groups.values()].map((group) => ({
    question: questionOf(group[0]!),
    verifiers: group.map(({ verifier }) => verifier),
    failure: group[0]!.failure!,
  }));
};

const outcomeText = (terminal: Terminal, outcome: Step["outcome"]): string => {
  if (outcome === "passed") return terminal.style("green", "ok");
  return outcome === "failed"
    ? terminal.style("red", "FAILED")
    : terminal.style("dim", "not reached");
};

const keyText = (terminal: Terminal, { outcome }: KeyStep): string => {
  if (outcome === "passed") return terminal.style("green", "belongs to it");
  return outcome === "failed"
    ? terminal.style("red", "DOES NOT belong to it")
    : terminal.style("yellow", "cannot be compared");
};

const chainText = (answers: readonly Step[]): string => {
  const chain = answers.find((step) => step.chain !== undefined)?.chain;
  return chain === undefined ? "" : chain.map(labelOf).join(" < ");
};

const failureText = (
  terminal: Terminal,
  { question, verifiers: concerned, failure }: SharedFailure,
  placeOf: (certificate: Certificate) => string,
): string => {
  const whom = concerned.map(({ name, programs }) => `${name} (${programs})`).join(" and ");
  const lines = [
    `${terminal.style(["red", "bold"], `${question}:`)} ${failure.message}`,
    `  fails for: ${whom}`,
    `  to blame:  ${labelOf(failure.blame)} in ${placeOf(failure.blame)}`,
    ...(failure.hint === undefined ? [] : [`  hint:      ${failure.hint}`]),
  ];
  return `${lines.join("\n")}\n`;
};
