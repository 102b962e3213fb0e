import type { Plan } from "../../core/model/plan.ts";
import { planText } from "../../core/plan/explain/text.ts";
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
  terminal.write(
    planText(plan, {
      heading: (text) => terminal.style("bold", text),
      warning: (text) => terminal.style("yellow", text),
    }),
  );
  terminal.say(`the plan is in ${path}; nothing was changed`);
  terminal.say(`read it again: certwright plan show ${shellWord(path)}`);
  terminal.say(`carry it out: certwright apply ${shellWord(path)}`);
};
