import type { Plan } from "../../core/model/plan.ts";
import type { Terminal } from "../terminal.ts";
import { goalWords } from "../../core/plan/explain/goal-words.ts";
import { spanWords } from "../../core/text/span.ts";

/** A plan in a few lines, before somebody says yes to it. */
export const sayPlan = (terminal: Terminal, plan: Plan): void => {
  const say = (line: string): void => terminal.say(line);
  say(terminal.emphasize("bold", goalWords(plan.goal)));
  if (plan.reason !== undefined) say(`  ${plan.reason}`);
  const width = Math.max(...plan.phases.map(({ id }) => id.length));
  for (const { id, title, steps } of plan.phases) {
    const restarts = steps.filter(({ hazard }) => hazard === "disruptive").length;
    const span = spanWords(steps.reduce((sum, { expected }) => sum + expected, 0));
    const notes = [
      `${steps.length} step${steps.length === 1 ? "" : "s"}`,
      ...(restarts === 0 ? [] : [`${restarts} of them disruptive, one at a time`]),
      `about ${span}`,
    ];
    say(`  ${id.padEnd(width)}  ${title} (${notes.join(", ")})`);
  }
  for (const { steps } of plan.phases) {
    for (const { id, title, approval, hazard } of steps) {
      if (!approval && hazard !== "one-way") continue;
      const what = hazard === "one-way" ? "cannot be undone" : "waits for your yes";
      say(`  ${terminal.emphasize("yellow", what)}: ${id} (${title})`);
    }
  }
  for (const { id, where, why } of plan.blind) {
    say(`  ${terminal.emphasize("yellow", "not seen")}: ${id} (${where}: ${why})`);
  }
};
