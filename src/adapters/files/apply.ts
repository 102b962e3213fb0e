import { failure } from "../../core/errors/certwright-error.ts";
import type { AppliedChange, DesiredFile, FileChange } from "../../ports/files.ts";
import { placeNew } from "./create.ts";
import { fileFailure } from "./errno.ts";
import { attempt, isMissing, type FileSystem } from "./file-system.ts";
import { removeLeftovers } from "./leftovers.ts";
import { backupName } from "./names.ts";
import { look, sameFacts } from "./plan.ts";
import { digestOf, readFileBounded } from "./read.ts";
import { stage, syncFolders, type StagedFile } from "./stage.ts";
import { switchTogether } from "./switch-pair.ts";

interface Prepared extends StagedFile {
  readonly change: FileChange;
  readonly backup?: string;
}

/**
 * Does what the plan says; see Files.apply. In this order: everything is compared with the plan, everything is written
 * beside its place, everything that will be replaced is kept, and only then the first path changes.
 */
export const applyFiles = (
  fs: FileSystem,
  now: Date,
  plan: readonly FileChange[],
  desired: readonly DesiredFile[],
): readonly AppliedChange[] => {
  const interrupted = requireFresh(fs, plan);
  const contents = contentsByPath(plan, desired);
  const waiting = new Set<Prepared>();
  const switched: Prepared[] = [];
  try {
    for (const change of plan) {
      if (change.action === "unchanged") continue;
      waiting.add(prepare(fs, now, change, contents.get(change.path)!));
    }
    for (const group of groupsOf([...waiting])) {
      for (const one of group) waiting.delete(one);
      switchGroup(fs, group);
      switched.push(...group);
    }
  } catch (error) {
    // Their paths were not touched: neither what was to come nor the copy of what is there is needed.
    for (const { temporary, backup } of waiting) {
      attempt(() => fs.unlink(temporary));
      if (backup !== undefined) attempt(() => fs.unlink(backup));
    }
    throw fileFailure(fs, plan[0]!.target, "write", error);
  }
  const targets = switched.map(({ target }) => target);
  attempt(() => removeLeftovers(fs, now, targets, interrupted));
  const backups = new Map(switched.map(({ change, backup }) => [change.path, backup]));
  return plan.map((change) => {
    const backup = backups.get(change.path);
    return backup === undefined ? change : { ...change, backup };
  });
};

/** Returns the folders of killed switches that the plan's paths still go through. */
const requireFresh = (fs: FileSystem, plan: readonly FileChange[]): ReadonlySet<string> => {
  const interrupted = new Set<string>();
  for (const { path, target, before } of plan) {
    const present = look(fs, path);
    const change =
      present.target !== target
        ? "leads elsewhere"
        : before === undefined && present.facts !== undefined
          ? "was created"
          : before !== undefined && present.facts === undefined
            ? "was removed"
            : before !== undefined && !sameFacts(before, present.facts!)
              ? "was changed"
              : undefined;
    if (change !== undefined) throw failure("file.plan-stale", { path, change });
    if (present.interruptedSwitch !== undefined) interrupted.add(present.interruptedSwitch);
  }
  return interrupted;
};

const contentsByPath = (
  plan: readonly FileChange[],
  desired: readonly DesiredFile[],
): ReadonlyMap<string, Uint8Array> => {
  const contents = new Map(desired.map(({ path, content }) => [path, content]));
  for (const { path, after } of plan) {
    const content = contents.get(path);
    if (content === undefined || digestOf(content) !== after.digest) {
      throw failure("file.plan-stale", { path, change: "its new content was changed" });
    }
  }
  return contents;
};

const prepare = (fs: FileSystem, now: Date, change: FileChange, content: Uint8Array): Prepared => {
  const { target, before, after } = change;
  const staged = stage(fs, { target, content, ...metadata(after) });
  if (change.action !== "replace") return { ...staged, change };
  try {
    return { ...staged, change, backup: keep(fs, now, target, metadata(before!)) };
  } catch (error) {
    attempt(() => fs.unlink(staged.temporary));
    throw error;
  }
};

const metadata = ({ mode, uid, gid }: FileChange["after"]) => ({ mode, uid, gid });

const keep = (
  fs: FileSystem,
  now: Date,
  target: string,
  facts: { readonly mode: number; readonly uid: number; readonly gid: number },
): string => {
  const { bytes } = readFileBounded(target, { fs });
  const backup = backupName(target, now, (path) => exists(fs, path));
  const copy = stage(fs, { target: backup, content: bytes, ...facts });
  moveInto(fs, copy);
  syncFolders(fs, [backup]);
  return backup;
};

const exists = (fs: FileSystem, path: string): boolean => {
  try {
    fs.lstat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw fileFailure(fs, path, "read", error);
  }
};

/** Files of one pair stay together, in the order of the plan. */
const groupsOf = (prepared: readonly Prepared[]): readonly (readonly Prepared[])[] => {
  const groups = new Map<string, Prepared[]>();
  for (const [index, one] of prepared.entries()) {
    const word = one.change.pair === undefined ? `single:${index}` : `pair:${one.change.pair}`;
    groups.set(word, [...(groups.get(word) ?? []), one]);
  }
  return [...groups.values()];
};

const switchGroup = (fs: FileSystem, group: readonly Prepared[]): void => {
  const replaced = group.filter((one) => one.backup !== undefined);
  const together = replaced.length > 1 ? replaced : [];
  const single = group.filter((one) => !together.includes(one));
  const left = [...single];
  try {
    // The key first: a program that finds the certificate of a new pair also finds its key.
    for (const one of single.toSorted((a, b) => a.change.after.mode - b.change.after.mode)) {
      if (one.change.action === "create") moveInto(fs, one);
      else rename(fs, one);
      left.splice(left.indexOf(one), 1);
    }
    syncFolders(
      fs,
      single.map(({ target }) => target),
    );
  } catch (error) {
    for (const { temporary } of [...left, ...together]) attempt(() => fs.unlink(temporary));
    throw fileFailure(fs, group[0]!.target, "write", error);
  }
  if (together.length === 0) return;
  try {
    switchTogether(
      fs,
      together.map(({ target, temporary, backup }) => ({ target, temporary, backup: backup! })),
    );
  } catch (error) {
    throw fileFailure(fs, together[0]!.target, "write", error);
  }
};

const rename = (fs: FileSystem, { temporary, target }: StagedFile): void => {
  try {
    fs.rename(temporary, target);
  } catch (error) {
    throw fileFailure(fs, target, "write", error);
  }
};

const moveInto = (fs: FileSystem, staged: StagedFile): void => {
  if (!placeNew(fs, staged)) {
    throw failure("file.plan-stale", { path: staged.target, change: "was created" });
  }
};
