import type { Phase, Plan, Step, StepId } from "../../model/plan.ts";
import { goalWords } from "./goal-words.ts";
import { takenAwayBy } from "../taken-away.ts";
import { lastOf } from "../phases/step.ts";

/** A string of Graphviz' language: quotes and backslashes escaped (graphviz.org/doc/info/lang.html). */
const quoted = (text: string): string =>
  `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;

const shapes = (step: Step): string => {
  if (step.hazard === "one-way") return ", shape=octagon, style=filled, fillcolor=salmon";
  if (step.approval) return ", shape=octagon, style=filled, fillcolor=gold";
  if (takenAwayBy(step.effect).length > 0) return ", style=filled, fillcolor=orange";
  return step.effect.kind === "none" ? ", shape=ellipse" : "";
};

/**
 * The plan for `dot -Tsvg`: phases as boxes, steps in them, an arrow to each step from those it waits for. Ellipses
 * are proofs, orange ones take somebody away, octagons wait for a person.
 */
export const planGraph = ({ goal, phases }: Plan): string => {
  const lines = [
    "digraph plan {",
    `  label=${quoted(goalWords(goal))}; labelloc=t; compound=true; rankdir=TB;`,
    "  node [shape=box, fontname=sans]; edge [fontname=sans];",
  ];
  let before: Phase | undefined;
  for (const [index, phase] of phases.entries()) {
    lines.push(
      `  subgraph cluster_${index} {`,
      `    label=${quoted(`${phase.id}: ${phase.title}`)};`,
    );
    for (const step of phase.steps) {
      lines.push(
        `    ${quoted(step.id)} [label=${quoted(shortName(phase, step))}${shapes(step)}];`,
      );
    }
    lines.push("  }");
    for (const { id, needs } of phase.steps) {
      for (const need of needs) lines.push(`  ${arrow(need, id)};`);
    }
    if (before !== undefined) lines.push(...between(before, phase));
    before = phase;
  }
  lines.push("}", "");
  return lines.join("\n");
};

const arrow = (from: StepId, to: StepId): string => `${quoted(from)} -> ${quoted(to)}`;

/** The box says the phase already. */
const shortName = ({ id }: Phase, step: Step): string =>
  step.id.startsWith(`${id}.`) ? step.id.slice(id.length + 1) : step.id;

/** Everything of a phase waits for everything of the one before: drawn by its first and last steps. */
const between = (before: Phase, after: Phase): readonly string[] => {
  const first = after.steps.find(({ needs }) => needs.length === 0);
  const last = lastOf(before.steps).at(-1);
  if (first === undefined || last === undefined) return [];
  return [`  ${arrow(last, first.id)} [style=bold];`];
};
