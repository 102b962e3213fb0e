import type { ConsumerId } from "../../model/inventory.ts";
import type { Phase, Plan, Step } from "../../model/plan.ts";
import { spanWords } from "../../text/span.ts";
import { formatInstant } from "../../x509/time.ts";
import { grouped } from "../survey.ts";
import { takenAwayBy } from "../taken-away.ts";
import { goalWords } from "./goal-words.ts";
import { runLimits } from "../../run/limits.ts";
import { sumOf, type Sum } from "./sum.ts";

/** How parts of the text are set off; colours on a terminal, nothing in a file. */
export interface Marks {
  readonly heading: (text: string) => string;
  readonly warning: (text: string) => string;
}

const plain: Marks = { heading: (text) => text, warning: (text) => text };

const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

/** A plan in words: what is done and why, what it restarts, what can fail, how long it takes, how it is taken back. */
export const planText = (plan: Plan, marks: Marks = plain): string =>
  [
    ...head(plan, marks),
    ...unseen(plan, marks),
    ...told(plan, marks),
    ...plan.phases.flatMap((phase, index) => phaseLines(phase, index + 1, marks)),
  ]
    .map((line) => `${line}\n`)
    .join("");

const head = (plan: Plan, marks: Marks): readonly string[] => {
  const { restarts, steps, milliseconds, imposed, approvals } = sumOf(
    plan.phases.flatMap((phase) => phase.steps),
  );
  const consumers = new Set(restarts).size;
  return [
    marks.heading(goalWords(plan.goal)),
    ...(plan.reason === undefined ? [] : [`  because ${plan.reason}`]),
    `  ${count(plan.phases.length, "phase")}, ${count(steps, "step")}, ${restarts.length === 0 ? "no restart" : `${count(restarts.length, "restart")} of ${count(consumers, "consumer")}`}, about ${spanWords(milliseconds)}${approvals.length === 0 ? "" : ` and ${count(approvals.length, "approval")}`}`,
    ...gapLines(plan, marks),
    ...imposedLines(imposed),
    `  good until ${formatInstant(plan.expiresAt)}, over ${plan.basis.inventory.slice(0, 12)} of the estate at serial ${plan.basis.estate.serial}`,
    `  plan ${plan.digest}`,
  ];
};

/** Whom nobody can stand in for, and how often and how long that is felt. */
const gapLines = ({ phases }: Plan, { warning }: Marks): readonly string[] => {
  const felt = phases
    .flatMap(({ steps }) => steps)
    .flatMap(({ gap }) => (gap === undefined ? [] : gap.groups.map((group) => ({ group, gap }))));
  return [...grouped(felt, ({ group }) => group)].map(
    ([group, own]) =>
      `  ${warning("announced:")} ${group} answers nobody ${count(own.length, "time")}, for about ${spanWords(Math.max(...own.map(({ gap }) => gap.milliseconds)))} at the most each`,
  );
};

/** What no tool can spare anybody, largest first. */
const imposedLines = ({ milliseconds, parts }: Sum["imposed"]): readonly string[] =>
  milliseconds === 0
    ? []
    : [
        `  of that ${spanWords(milliseconds)} are what the programs themselves take:`,
        ...parts
          .toSorted((a, b) => b.milliseconds - a.milliseconds)
          .map((one) => `    ${spanWords(one.milliseconds)}: ${one.why}`),
      ];

const unseen = ({ blind }: Plan, marks: Marks): readonly string[] =>
  blind.length === 0
    ? ["", "Nothing was left unseen."]
    : [
        "",
        marks.heading("Not seen"),
        ...blind.flatMap(({ id, where, why, cure }) => [
          `  ${marks.warning(id)}: ${where}: ${why}`,
          `      ${cure}; or accept it: --accept-blind ${id}`,
        ]),
      ];

/** People who have to be given something while the run waits. */
const told = ({ holders = [] }: Plan, marks: Marks): readonly string[] =>
  holders.length === 0
    ? []
    : [
        "",
        marks.heading("Holders"),
        ...holders.map(
          ({ name, where, owner, issuers, trusts, presents }) =>
            `  ${marks.warning(name)}: ${where}${owner === undefined ? "" : ` (${owner})`}: ${[...(trusts ? ["trusts"] : []), ...(presents ? ["shows certificates of"] : [])].join(" and ")} ${issuers.join(", ")}`,
        ),
        "  the run waits until each is seen to have the new one, or vouched for by name",
      ];

const phaseLines = (phase: Phase, number: number, marks: Marks): readonly string[] => {
  const { restarts, milliseconds } = sumOf(phase.steps);
  return [
    "",
    marks.heading(`${number}. ${phase.title} (${phase.id})`),
    `   ${phase.why}`,
    `   takes about ${spanWords(milliseconds)}; ${restarts.length === 0 ? "restarts nothing" : `restarts ${restartWords(restarts)}, ${atOnceWords(phase.steps)}`}`,
    `   ${undoWords(phase)}`,
    ...phase.steps.map((step) => `   ${mark(step, marks)} ${step.id}: ${step.title}`),
    ...risks(phase.steps).map((risk) => `   ${marks.warning("can fail:")} ${risk}`),
  ];
};

const atOnceWords = (steps: readonly Step[]): string => {
  const beside = new Map(
    steps.flatMap((step) => (step.beside ? [[step.beside.word, step.beside.most]] : [])),
  );
  const words = [...beside].map(
    ([word, most]) =>
      `${word}s: ${Math.min(runLimits.takenAway, most)} at once (apply --parallel, up to ${most})`,
  );
  return ["one at a time", ...words].join(" but ");
};

/** A line that is read by a person: no more names than these. */
const named = 12;

/** Each by its name, in order; many by what they are: "3 kube-apiserver, 1000 kubelet, 20 workload". */
const restartWords = (restarts: readonly ConsumerId[]): string => {
  if (restarts.length <= named) return restarts.join(", ");
  const kinds = grouped(restarts, (id) => {
    const words = id.split("/");
    return words.length > 2 ? "workload" : (words.at(-1) ?? id);
  });
  return [...kinds].map(([kind, own]) => `${own.length} ${kind}`).join(", ");
};

const undoWords = ({ rollback, steps }: Phase): string => {
  if (rollback.length > 0) {
    const { restarts, milliseconds } = sumOf(rollback);
    const away =
      restarts.length === 0 ? "without a restart" : `with ${count(restarts.length, "restart")}`;
    return `taken back by ${count(rollback.length, "step")}, ${away}, in about ${spanWords(milliseconds)}`;
  }
  const changes = steps.some(
    ({ effect }) => effect.kind !== "none" && effect.kind !== "backup.create",
  );
  return changes
    ? "stays when the run is taken back: it does no harm, and taking it back might"
    : "changes nothing, so there is nothing to take back";
};

/** "-" goes by itself, "~" takes somebody away for a moment, "?" waits for a yes, "!" has no way back. */
const mark = (step: Step, marks: Marks): string => {
  if (step.hazard === "one-way") return marks.warning("!");
  if (step.approval) return marks.warning("?");
  return takenAwayBy(step.effect).length === 0 ? "-" : marks.warning("~");
};

/** Each risk once: steps of a kind have the same. */
const risks = (steps: readonly Step[]): readonly string[] => [
  ...new Set(steps.flatMap(({ risk }) => risk ?? [])),
];
