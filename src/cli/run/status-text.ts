import type { Holder } from "../../adapters/lease/file-lease.ts";
import { claimWords } from "../../core/run/claim-words.ts";
import { decide } from "../../core/run/decide.ts";
import { runLimits } from "../../core/run/limits.ts";
import type { Run } from "../../core/run/run.ts";
import { statusOf, type PhaseState, type StepStatus } from "../../core/run/status.ts";
import { formatInstant } from "../../core/x509/time.ts";
import { columns } from "../output.ts";
import type { Terminal } from "../terminal.ts";
import { answerTo, waysOut } from "./end-words.ts";
import { goalWords } from "../../core/plan/explain/goal-words.ts";
import { spanWords } from "../../core/text/span.ts";

const phaseWords: Readonly<Record<PhaseState, string>> = {
  done: "proved",
  begun: "under way",
  untouched: "not begun",
  undoing: "being undone",
  undone: "undone, proved",
};

const stepWords: Readonly<Record<StepStatus["state"], string>> = {
  acting: "sent, not proved yet",
  "in-doubt": "sent, and whether it took place is not known",
  refused: "refused, nothing was changed by that try",
  awaits: "waits for time, or for somebody's word",
  "needs-approval": "waits for your yes",
  "needs-acceptance": "is not done blindly",
};

/** Where a run stands, to stdout. */
export const writeStatus = (
  terminal: Terminal,
  run: Run,
  { name, atWork }: { readonly name: string; readonly atWork: boolean },
): void => {
  const status = statusOf(run, atWork);
  const stage =
    status.verdict ?? (status.state === "open" && !atWork ? "broken off" : status.state);
  terminal.write(
    `${terminal.style("bold", `run ${name}`)}: ${goalWords(status.goal)}, ${stage}${status.direction === "back" && status.state !== "closed" ? ", going back" : ""}\n`,
  );
  if (status.state !== "unopened") {
    terminal.write(
      `  opened ${formatInstant(status.openedAt)} by ${status.openedBy}, last record ${spanWords(terminal.now() - status.changedAt)} ago\n`,
    );
  }
  if (status.why !== undefined) terminal.write(`  ${status.why}\n`);
  terminal.write(
    columns(
      status.phases.map(({ id, title, state, steps, done }) => [
        `  ${id}`,
        terminal.style(
          state === "done" || state === "undone" ? "green" : "reset",
          phaseWords[state],
        ),
        `${done} of ${steps}`,
        title,
      ]),
    ),
  );
  for (const { id, title, state, failure, blind } of status.steps) {
    terminal.write(`  ${terminal.style("yellow", id)} (${title}): ${stepWords[state]}\n`);
    if (failure !== undefined) terminal.write(`    ${failure.message}\n`);
    if (failure?.hint !== undefined) terminal.write(`    ${failure.hint}\n`);
    for (const spot of blind ?? []) {
      terminal.write(`    ${spot.id}: ${spot.where}: ${spot.why}; ${spot.cure}\n`);
    }
  }
  for (const { claim, evidence } of status.drift) {
    terminal.write(
      `  ${terminal.style("red", "not so any more")}: ${claimWords(claim)}${evidence === "" ? "" : ` (${evidence})`}\n`,
    );
  }
};

/** Who is at it, or how to go on. */
export const holderText = (terminal: Terminal, run: Run, holder: Holder | undefined): string => {
  if (run.stage.kind === "closed") return "";
  if (holder !== undefined) {
    return `  carried out by ${holder.holder}, process ${holder.pid} on ${holder.host}, since ${formatInstant(holder.since)}\n`;
  }
  // As it would be after a resume: what would it stop at?
  const [command] = decide(
    { ...run, stage: { kind: "open" } },
    terminal.now(),
    new Set(),
    runLimits,
  );
  const stuck = command?.kind === "pause" ? command.stuck : undefined;
  const answer = stuck === undefined ? "" : answerTo(stuck);
  const lines = stuck === undefined ? [] : waysOut(stuck, run).map((line) => `  ${line}\n`);
  return `${lines.join("")}  nobody is carrying it out; go on with: certwright resume ${run.id}${answer}\n`;
};
