import { randomBytes } from "node:crypto";
import { basename, dirname, join } from "node:path";

/** Start of the folder through which a pair is switched. */
export const SWITCH_PREFIX = ".certwright-switch-";

const unique = (): string => randomBytes(8).toString("hex");

/** Beside the target, so that the rename stays within one file system; hidden from globs like *.crt. */
export const temporaryName = (target: string): string =>
  join(dirname(target), `.${basename(target)}.certwright-${unique()}.tmp`);

export const isTemporaryNameOf = (target: string, name: string): boolean =>
  name.startsWith(`.${basename(target)}.certwright-`) && name.endsWith(".tmp");

export const switchFolderName = (target: string): string =>
  join(dirname(target), `${SWITCH_PREFIX}${unique()}`);

/** "server.key.certwright-backup-20261122T103227Z", with "-2" and so on when that second has one already. */
export const backupName = (target: string, at: Date, taken: (path: string) => boolean): string => {
  const stamp = at.toISOString().replace(/[-:]|\.\d+/g, "");
  const first = `${target}.certwright-backup-${stamp}`;
  let name = first;
  for (let count = 2; taken(name); count += 1) name = `${first}-${count}`;
  return name;
};
