import type { Phase, Plan, Step, StepId } from "../../core/model/plan.ts";
import { currentList, stateOf, type Run } from "../../core/run/run.ts";
import { statusOf, type PhaseStatus } from "../../core/run/status.ts";
import type { Activity } from "../../engine/run/carry-out.ts";
import type { Progress } from "../../engine/run/drive.ts";
import type { Canvas, Terminal } from "../terminal.ts";
import { goalWords } from "../../core/plan/explain/goal-words.ts";
import { spanWords } from "../../core/text/span.ts";
import { awaitedWords, everyone, effectWords, subjectOf } from "./words.ts";

/** Milliseconds between two drawings: seconds tick, and no eye follows more than a few changes in one. */
const interval = 200;

export interface LiveView {
  listen(progress: Progress): void;
  /** Told that the run stops after its current step. */
  stopping(): void;
  /** Draws the last state and leaves it on the screen. */
  end(): void;
}

/** A run drawn at the bottom of a terminal: every phase, and of the current one every consumer and what is awaited. */
export const liveView = (terminal: Terminal, canvas: Canvas, plan: Plan): LiveView => {
  const active = new Map<StepId, { activity: Activity; readonly since: number }>();
  const started = terminal.now();
  let run: Run | undefined;
  let waiting: number | undefined;
  let stopping = false;
  const draw = (last: boolean): void => {
    const lines = [
      `${terminal.emphasize("bold", goalWords(plan.goal))}  ${spanWords(terminal.now() - started)}`,
      ...(run === undefined ? [] : phaseLines(terminal, run, active, canvas.rows - 8)),
    ];
    if (!last) lines.push(footer(terminal, stopping, waiting));
    canvas.draw(lines.map((line) => cut(line, canvas.columns - 1)));
  };
  const timer = setInterval(() => draw(false), interval);
  return {
    listen(progress) {
      if (progress.kind === "activity") {
        const since = active.get(progress.step.id)?.since ?? terminal.now();
        active.set(progress.step.id, { activity: progress.activity, since });
        waiting = undefined;
        return;
      }
      ({ run } = progress);
      if (progress.kind === "waiting") {
        waiting = progress.until;
        return;
      }
      const { event } = progress.entry;
      if (event.kind === "step.settled" || event.kind === "drift.found") active.delete(event.step);
    },
    stopping() {
      stopping = true;
      draw(false);
    },
    end() {
      clearInterval(timer);
      draw(true);
      canvas.leave();
    },
  };
};

type Active = ReadonlyMap<StepId, { readonly activity: Activity; readonly since: number }>;

const footer = (terminal: Terminal, stopping: boolean, waiting: number | undefined): string => {
  if (stopping) {
    return terminal.emphasize(
      "yellow",
      "stopping after the current step; Ctrl-C again leaves at once",
    );
  }
  if (waiting !== undefined) {
    const span = spanWords(waiting - terminal.now() + 999);
    return terminal.emphasize("yellow", `waiting, next try in ${span}; Ctrl-C pauses`);
  }
  return terminal.emphasize("dim", "Ctrl-C stops after the current step");
};

const marks: Readonly<Record<PhaseStatus["state"], string>> = {
  done: "✔",
  begun: "▸",
  untouched: "·",
  undoing: "◂",
  undone: "↶",
};

const phaseLines = (terminal: Terminal, run: Run, active: Active, rows: number): string[] => {
  const current = currentList(run)?.phase;
  const width = Math.max(...run.plan.phases.map(({ id }) => id.length));
  const lines: string[] = [];
  for (const [index, phase] of statusOf(run, true).phases.entries()) {
    const mark = marks[phase.state];
    const coloured = phase.state === "done" ? terminal.emphasize("green", mark) : mark;
    const count = phase.steps === 0 ? "" : `${phase.done} of ${phase.steps}`;
    const head = `${coloured} ${phase.id.padEnd(width)}  ${count.padEnd(9)}  ${phase.title}`;
    lines.push(head);
    if (current === undefined || run.plan.phases[index] !== current) continue;
    const room = rows - run.plan.phases.length;
    lines.push(...consumerLines(terminal, run, current, active, room));
  }
  return lines;
};

/** One line for each consumer or issuer of the phase, with its steps in order; only those at work when there are too many. */
const consumerLines = (
  terminal: Terminal,
  run: Run,
  phase: Phase,
  active: Active,
  rows: number,
): string[] => {
  const steps = run.direction === "back" ? phase.rollback : phase.steps;
  const bySubject = new Map<string, Step[]>();
  for (const step of steps) {
    const subject = subjectOf(step);
    bySubject.set(subject, [...(bySubject.get(subject) ?? []), step]);
  }
  const isBusy = (of: readonly Step[]): boolean =>
    of.some(({ id }) => active.has(id) || stateOf(run, id).kind === "failed");
  // What concerns all of them is proved last.
  const all = [...bySubject].toSorted(
    ([a], [b]) => Number(a === everyone) - Number(b === everyone),
  );
  const busy = all.filter(([, of]) => isBusy(of));
  const shown = all.length * 2 <= rows ? all : busy.slice(0, Math.max(1, Math.floor(rows / 2)));
  const width = Math.max(0, ...shown.map(([subject]) => subject.length));
  const lines = shown.flatMap(([subject, of]) => [
    `    ${subject.padEnd(width)}  ${of.map((step) => stepWord(terminal, run, step, active)).join("  ")}`,
    ...of.flatMap((step) => awaitedLine(terminal, run, step, active)),
  ]);
  const hidden = all.length - shown.length;
  return hidden === 0 ? lines : [...lines, `    … and ${hidden} more`];
};

const stepWord = (terminal: Terminal, run: Run, step: Step, active: Active): string => {
  const word = effectWords(step);
  const at = active.get(step.id);
  if (at !== undefined) {
    return terminal.emphasize("cyan", `▸ ${word} ${spanWords(terminal.now() - at.since)}`);
  }
  switch (stateOf(run, step.id).kind) {
    case "done":
      return terminal.emphasize("green", `✔ ${word}`);
    case "failed":
      return terminal.emphasize("yellow", `! ${word}`);
    case "doubted":
      return terminal.emphasize("yellow", `? ${word}`);
    default:
      return terminal.emphasize("dim", `· ${word}`);
  }
};

const awaitedLine = (terminal: Terminal, run: Run, step: Step, active: Active): string[] => {
  const activity = active.get(step.id)?.activity;
  const state = stateOf(run, step.id);
  const awaited = activity === undefined ? undefined : awaitedWords(activity);
  const failed =
    activity === undefined && state.kind === "failed" ? state.failure.message : undefined;
  const words = awaited === undefined ? failed : `awaiting: ${awaited}`;
  return words === undefined ? [] : [`      ${terminal.emphasize("yellow", words)}`];
};

/** To so many columns, escape sequences not counted; a colour that was begun is ended. */
const cut = (line: string, columns: number): string => {
  let width = 0;
  let at = 0;
  for (; at < line.length && width < columns; at++) {
    if (line[at] === "\u001b") at = line.indexOf("m", at);
    else width += 1;
  }
  return at >= line.length ? line : `${line.slice(0, at)}\u001b[0m`;
};
