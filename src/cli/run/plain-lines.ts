import type { StepId } from "../../core/model/plan.ts";
import type { Progress } from "../../engine/run/drive.ts";
import type { Terminal } from "../terminal.ts";
import { awaitedWords, heldWords, unmetWords } from "./words.ts";

/** What is awaited is told when it changes, and again after so many milliseconds, so that a log shows that it lives. */
const again = 30_000;

type Activity = Extract<Progress, { readonly kind: "activity" }>;

const lineTo =
  (terminal: Terminal) =>
  (phase: string, title: string, what: string): void => {
    const time = new Date(terminal.now()).toISOString().slice(11, 19);
    terminal.say(`${time}  ${phase}  ${title}: ${what}`);
  };

/** What steps wait for, of steps that have waited for some seconds. */
export const awaitedLines = (terminal: Terminal): ((progress: Activity) => void) => {
  const line = lineTo(terminal);
  const begun = new Map<StepId, number>();
  const awaited = new Map<StepId, { readonly words: string; readonly at: number }>();
  return ({ step, activity, phase }) => {
    const now = terminal.now();
    if (activity.kind === "looking") {
      begun.set(step.id, now);
      awaited.delete(step.id);
    }
    const words = awaitedWords(activity);
    if (words === undefined) return;
    const last = awaited.get(step.id);
    const since = last?.at ?? begun.get(step.id) ?? now;
    if (now - since < (last?.words === words ? again : 3000)) return;
    awaited.set(step.id, { words, at: now });
    line(phase.id, step.title, `not yet: ${words}`);
  };
};

/** A run as lines for logs and pipes: one when a step begins to act, one when it is proved, one when it has to wait. */
export const plainLines = (terminal: Terminal): ((progress: Progress) => void) => {
  const begun = new Map<StepId, number>();
  const line = lineTo(terminal);
  const sayAwaited = awaitedLines(terminal);
  return (progress) => {
    if (progress.kind === "activity") {
      const { step, activity, phase } = progress;
      if (activity.kind === "looking") begun.set(step.id, terminal.now());
      if (activity.kind === "acting" && activity.awaited === undefined) {
        const which = activity.attempt === 1 ? "" : `, for the ${activity.attempt}th time`;
        line(phase.id, step.title, `begun${which}`);
      }
      sayAwaited(progress);
      return;
    }
    if (progress.kind !== "entry") return;
    const { event } = progress.entry;
    if (event.kind === "repair.ordered") {
      const over = event.slots.length === 0 ? "" : `; writes over ${event.slots.join(", ")}`;
      line(
        "repair",
        `does again ${event.steps.join(", ") || "nothing"}`,
        `as ${event.by} wishes${over}`,
      );
    }
    if (event.kind !== "step.settled" && event.kind !== "drift.found") return;
    const { step, list } = progress.run.placed.get(event.step)!;
    const say = (what: string): void => line(list.phase.id, step.title, what);
    if (event.kind === "drift.found") {
      say(`was changed by somebody: ${unmetWords(event.proofs)}`);
      return;
    }
    const { outcome } = event;
    const seconds = ((terminal.now() - (begun.get(step.id) ?? terminal.now())) / 1000).toFixed(1);
    begun.delete(step.id);
    if (outcome.kind === "done") {
      say(outcome.effect ? `done and proved, ${seconds} s` : heldWords(outcome.proofs));
    } else {
      const hint = outcome.failure.hint === undefined ? "" : ` (${outcome.failure.hint})`;
      say(
        `${outcome.kind === "refused" ? "refused" : "not known"}: ${outcome.failure.message}${hint}`,
      );
    }
  };
};
