import { readFileJournal } from "../../adapters/journal/file-journal.ts";
import { fileSystem } from "../../adapters/files/file-system.ts";
import {
  listRuns,
  readRunPlan,
  runFolder,
  type RunFolder,
} from "../../adapters/runs/run-folder.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import type { Entry } from "../../core/model/journal.ts";
import type { Plan } from "../../core/model/plan.ts";
import { evolveAll, unopened } from "../../core/run/evolve.ts";
import type { Run } from "../../core/run/run.ts";

/** A run as its folder tells it at this moment. */
export interface FoundRun {
  readonly folder: RunFolder;
  readonly plan: Plan;
  readonly entries: readonly Entry[];
  readonly run: Run;
}

/** The run of that name or the start of it; the newest when none is named. Throws run.none, run.unknown and journal.*. */
export const findRun = (directory: string, word: string | undefined): FoundRun => {
  const runs = listRuns(directory);
  const name =
    word === undefined
      ? runs.at(-1)
      : (runs.find((run) => run === word) ?? onlyOne(runs.filter((run) => run.startsWith(word))));
  if (name !== undefined) return readRun(directory, name);
  if (word === undefined || runs.length === 0) throw failure("run.none", { directory });
  throw failure("run.unknown", { run: word, known: runs });
};

const onlyOne = (names: readonly string[]): string | undefined =>
  names.length === 1 ? names[0] : undefined;

export const readRun = (directory: string, name: string): FoundRun => {
  const folder = runFolder(directory, name);
  const plan = readRunPlan(folder);
  const { entries } = readFileJournal(fileSystem, folder.journal, name);
  return { folder, plan, entries, run: evolveAll(unopened(plan), entries) };
};

/** The run that is not finished; there is never more than one, and it is the newest that was opened. */
export const findOpenRun = (directory: string): FoundRun | undefined => {
  for (const name of listRuns(directory).toReversed()) {
    const found = readRun(directory, name);
    if (found.run.stage.kind === "unopened") continue;
    return found.run.stage.kind === "closed" ? undefined : found;
  }
  return undefined;
};

/** The highest epoch in the newest run's journal; 0 when there is none. */
export const lastEpoch = (directory: string): number => {
  const name = listRuns(directory).at(-1);
  return name === undefined ? 0 : readRun(directory, name).run.epoch;
};

/** One run at a time: asked before the lease, to say so at once, and again below it. Throws run.another-open. */
export const refuseBesides = (directory: string): void => {
  const open = findOpenRun(directory);
  if (open === undefined) return;
  const { id, stage } = open.run;
  throw failure("run.another-open", { run: id, stage: stage.kind });
};
