import type { ExitCode } from "../../core/errors/definition.ts";
import { claimWords } from "../../core/run/claim-words.ts";
import type { Stuck } from "../../core/run/decide.ts";
import { gapWords, loadWords } from "../../core/run/gap-words.ts";
import { oneWayBegun } from "../../core/run/objection.ts";
import type { RunReport } from "../../core/run/report.ts";
import type { Run } from "../../core/run/run.ts";
import { vouchWord } from "../../core/run/vouch.ts";
import { stuckWords } from "../../core/run/stuck-words.ts";
import type { DriveEnd } from "../../engine/run/drive.ts";
import type { Terminal } from "../terminal.ts";
import { goalWords } from "../../core/plan/explain/goal-words.ts";
import { spanWords } from "../../core/text/span.ts";

/** Exit codes of everything that carries a run out. */
export const exitOf = (end: DriveEnd): ExitCode => {
  switch (end.kind) {
    case "closed":
      return 0;
    case "paused":
      if (isUnanswered(end)) return 3;
      return end.stuck.kind === "refused" || end.stuck.kind === "circle" ? 1 : 3;
    case "stopped":
      return end.wish.kind === "interrupt" ? 130 : 3;
    case "halted":
    case "fenced":
      return 1;
  }
};

/** Whether it waits for an external CA. */
export const isUnanswered = (end: DriveEnd): boolean =>
  end.kind === "paused" &&
  end.stuck.kind === "refused" &&
  ["rotation.unanswered", "rotation.leaves-unanswered"].includes(end.stuck.state.failure.code);

/** Says how it ended and, as commands that can be typed, how to go on. */
export const sayEnd = (terminal: Terminal, end: DriveEnd): void => {
  const { run } = end;
  const hint = terminal.emphasize("cyan", "hint:");
  const goOn = (more = ""): void => {
    terminal.say(`${hint} go on with: certwright resume ${run.id}${more}`);
    if (run.direction === "forward" && oneWayBegun(run) === undefined) {
      terminal.say(`${hint} bring back what was before: certwright rollback ${run.id}`);
    }
  };
  switch (end.kind) {
    case "closed":
      return;
    case "paused":
      terminal.say(`${terminal.emphasize("yellow", "paused:")} ${stuckWords(end.stuck, run)}`);
      for (const line of [...cureOf(end.stuck), ...waysOut(end.stuck, run)])
        terminal.say(`${hint} ${line}`);
      goOn(answerTo(end.stuck));
      return;
    case "stopped":
      terminal.say(`${terminal.emphasize("yellow", "paused")} by ${end.wish.by}: ${end.wish.why}`);
      goOn();
      return;
    case "halted":
      terminal.say(
        `${terminal.emphasize(["red", "bold"], "halted:")} somebody changed what this run had written; nothing more was done`,
      );
      if (run.stage.kind === "halted") {
        for (const { claim, evidence } of run.stage.proofs) {
          terminal.say(
            `  not so any more: ${claimWords(claim)}${evidence === "" ? "" : ` (${evidence})`}`,
          );
        }
      }
      terminal.say(
        `${hint} see who did it and put it right; or ${repairWords(run, "write over it")}`,
      );
      goOn();
      return;
    case "fenced":
      terminal.say(
        `${terminal.emphasize(["red", "bold"], "stopped:")} another process has taken run ${run.id} over; this one did nothing more`,
      );
      terminal.say(`${hint} see how it goes: certwright status ${run.id}`);
  }
};

/** What its step's own failure says is to be done. */
const cureOf = (stuck: Stuck): readonly string[] =>
  stuck.kind === "refused" || stuck.kind === "patience"
    ? (stuck.state.failure.hint?.split("\n") ?? [])
    : [];

/** What has to be said to go on, as options. */
export const answerTo = (stuck: Stuck): string => {
  if (stuck.kind === "approval") return stuck.steps.map((id) => ` --approve ${id}`).join("");
  if (stuck.kind === "blind") return stuck.spots.map(({ id }) => ` --accept-blind ${id}`).join("");
  return "";
};

/** What else can be done about it, as commands. */
export const waysOut = (stuck: Stuck, run: Run): readonly string[] => {
  // Not where somebody is only away.
  if (
    stuck.kind === "patience" &&
    stuck.state.failure.proofs?.some(({ verdict }) => verdict === "fails") === true
  ) {
    return [repairWords(run, "look again at all that was done")];
  }
  if (stuck.kind === "refused" && stuck.state.failure.code === "rotation.drift") {
    return [repairWords(run, "write over what somebody changed")];
  }
  if (stuck.kind !== "awaited") return [];
  const words = new Set(stuck.proofs.flatMap(({ claim }) => vouchWord(claim) ?? []));
  const holders = stuck.proofs.some(({ claim }) => claim.kind === "informed");
  return [
    ...(holders
      ? [`what to hand over, as files: certwright holders ${run.id} --out handover`]
      : []),
    ...[...words].map(
      (word) => `once you know that it is so: certwright acknowledge ${word} --note WORDS`,
    ),
  ];
};

const repairWords = ({ id }: Run, what: string): string =>
  `${what}, do again what does not hold any more, and go on: certwright resume ${id} --repair`;

/** How far a run was from what no run can be shorter than. */
const imposedWords = ({ workSeconds, imposedSeconds }: RunReport): readonly string[] =>
  imposedSeconds === 0
    ? []
    : [
        `  the restarted programs themselves took ${spanWords(imposedSeconds * 1000)} of it; the run took ${(workSeconds / imposedSeconds).toFixed(1)} times that`,
      ];

/** How a run that came to its end went, for stdout. */
export const reportText = (terminal: Terminal, report: RunReport, path: string): string => {
  const { verdict, phases, restarts, proofs, setbacks } = report;
  const word =
    verdict === "reached"
      ? terminal.style("green", "reached")
      : terminal.style("yellow", verdict.replace("-", " "));
  const still = report.seconds - report.workSeconds;
  const standing = still < 1 ? "" : ` of work; it stood still for ${spanWords(still * 1000)}`;
  const rows = [
    `${word}: ${goalWords(report.goal)}, in ${spanWords(report.workSeconds * 1000)}${standing}`,
    ...imposedWords(report),
    `  ${restarts.length} restart${restarts.length === 1 ? "" : "s"}, ${proofs.length} proofs, ${setbacks.length} setback${setbacks.length === 1 ? "" : "s"}`,
    ...[loadWords(report), ...(report.gaps ?? []).map((one) => `  ${gapWords(one)}`)].flatMap(
      (words) => (words === undefined ? [] : [`  ${words}`]),
    ),
    ...phases
      .filter(({ seconds }) => seconds > 0)
      .map(({ id, seconds, disruptiveSeconds }) => {
        const waited =
          disruptiveSeconds === 0 ? "" : `, ${disruptiveSeconds.toFixed(1)} s of it restarts`;
        return `  ${id}: ${seconds.toFixed(1)} s${waited}`;
      }),
    `  report: ${path} (digest ${report.digest.slice(0, 16)})`,
  ];
  return `${rows.join("\n")}\n`;
};
