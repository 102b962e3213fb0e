import { gapWords, loadWords, unannounced } from "../../core/run/gap-words.ts";
import { stuckWords } from "../../core/run/stuck-words.ts";
import type { Rehearsed } from "../../engine/rehearsal/rehearse.ts";
import { columns } from "../output.ts";
import type { Terminal } from "../terminal.ts";

export interface AboutCopy {
  /** Of its programs. */
  readonly versions: Readonly<Record<string, string>>;
  readonly notRehearsed: readonly string[];
  /** Programs that nobody had told to end. */
  readonly crashes: readonly string[];
}

/** What happened to the copy, as what will happen to the estate. */
export const writeRehearsal = (
  terminal: Terminal,
  { end, report, differences }: Rehearsed,
  { versions, notRehearsed, crashes }: AboutCopy,
): void => {
  terminal.write(
    columns([
      ...report.phases.map(({ title, seconds }) => [title, `${seconds.toFixed(1)} s`]),
      ["all", `${report.seconds.toFixed(1)} s`],
    ]),
  );
  const programs = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  terminal.write(`${report.restarts.length} restarts, with ${programs.join(" and ")}\n`);
  const bad = (words: string): string => terminal.style(["red", "bold"], words);
  const met = loadWords(report);
  if (met !== undefined) terminal.write(`${unannounced(report) === 0 ? met : bad(met)}\n`);
  for (const gap of report.gaps ?? []) {
    const { asAnnounced } = gap;
    terminal.write(`${asAnnounced ? "announced:" : bad("not announced:")} ${gapWords(gap)}\n`);
  }
  for (const line of crashes) terminal.write(`ended by itself: ${line}\n`);
  for (const line of differences) terminal.write(`differs: ${line}\n`);
  for (const line of notRehearsed) terminal.write(`not rehearsed: ${line}\n`);
  terminal.write(`${verdictOf(end)}\n`);
};

const verdictOf = (end: Rehearsed["end"]): string => {
  switch (end.kind) {
    case "closed":
      return "The copy reached the goal. The estate was not touched.";
    case "paused":
      return `The copy did not reach the goal: ${stuckWords(end.stuck, end.run)}`;
    case "halted":
      return "The copy did not reach the goal: somebody changed its files meanwhile.";
    case "stopped":
    case "fenced":
      return "The rehearsal was stopped.";
  }
};
