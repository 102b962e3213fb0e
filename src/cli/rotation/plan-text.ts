import type { Plan } from "../../core/model/plan.ts";
import type { PlanFinding } from "../../core/plan/finding.ts";
import { shellWord } from "../../core/text/shell-word.ts";
import type { Terminal } from "../terminal.ts";

/** What is in the way, each with its evidence and its cure. */
export const showFindings = (terminal: Terminal, findings: readonly PlanFinding[]): void => {
  for (const { subject, text, evidence, cure } of findings) {
    terminal.write(`${terminal.style(["red", "bold"], subject)}: ${text}\n`);
    for (const line of evidence) terminal.write(`    ${line}\n`);
    terminal.write(`    ${terminal.style("cyan", "cure:")} ${cure}\n`);
  }
};

/** What the plan would do, in words, and what comes next. */
export const showPlan = (terminal: Terminal, plan: Plan, path: string): void => {
  for (const [i, phase] of plan.phases.entries()) {
    terminal.write(`${terminal.style("bold", `${i + 1}. ${phase.title}`)}\n   ${phase.why}\n`);
    for (const step of phase.steps) terminal.write(`   - ${step.title}\n`);
  }
  for (const { id, where, why, cure } of plan.blind) {
    terminal.write(
      `${terminal.style("yellow", "not seen")} (${id}): ${where}: ${why}\n    ${cure}\n`,
    );
  }
  terminal.say(`the plan is in ${path}; nothing was changed`);
  terminal.say(`look at it: certwright plan show ${shellWord(path)}`);
  terminal.say(`carry it out: certwright apply ${shellWord(path)}`);
};
