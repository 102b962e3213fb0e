import { existsSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";

import { failure } from "../../../core/errors/certwright-error.ts";
import type { Digest } from "../../../core/model/inventory.ts";
import type { NodeWrite } from "../../../ports/node.ts";
import { systemAccounts } from "../../accounts/system-accounts.ts";
import { placeNew } from "../../files/create.ts";
import { attempt, fileSystem } from "../../files/file-system.ts";
import { isTemporaryNameOf } from "../../files/names.ts";
import { look } from "../../files/plan.ts";
import { stage, syncFolders, type StagedFile } from "../../files/stage.ts";
import { FILE_LIMIT } from "../limits.ts";
import { keepAccess } from "./keep-access.ts";
import { nameFailure } from "./name-failure.ts";

interface Prepared extends StagedFile {
  readonly file: NodeWrite;
}

/** See NodeSession.write. No copies are kept beside the files: a run has its backup. */
export const writeLocal = async (node: string, files: readonly NodeWrite[]): Promise<void> => {
  const owners = await Promise.all(files.map((file) => ownerOf(node, file)));
  const prepared: Prepared[] = [];
  const written: string[] = [];
  try {
    for (const file of files) requireExpected(node, file);
    for (const [index, file] of files.entries()) {
      prepared.push(prepare(node, file, owners[index]));
    }
    while (prepared.length > 0) {
      commit(node, prepared[0]!, written);
      written.push(prepared.shift()!.file.path);
    }
  } finally {
    for (const { temporary } of prepared) attempt(() => fileSystem.unlink(temporary));
  }
};

/** See NodeSession.remove. */
export const removeLocal = (node: string, path: string, expect: Digest): void => {
  try {
    const { target } = requireExpected(node, { path, expect });
    fileSystem.unlink(target);
    syncFolders(fileSystem, [target]);
  } catch (error) {
    throw nameFailure(node, path, "write", error);
  }
};

const ownerOf = async (node: string, { owner }: NodeWrite) => {
  if (owner === undefined) return undefined;
  const account = await systemAccounts.find(owner.user, owner.group);
  if (account === undefined) {
    throw failure("node.no-such-account", { node, user: owner.user, group: owner.group });
  }
  return account;
};

/** What stands at the path, which is what was expected; links that an operator laid are followed. */
const requireExpected = (node: string, file: Pick<NodeWrite, "path" | "expect">) => {
  const { path, expect } = file;
  if (!isAbsolute(path)) throw failure("node.path-not-absolute", { node, path });
  try {
    const present = look(fileSystem, path);
    const digest = present.facts?.digest;
    if (digest === expect) return present;
    const found =
      expect === undefined ? "was created" : digest === undefined ? "was removed" : "was changed";
    throw failure("node.changed", { node, path, found });
  } catch (error) {
    throw nameFailure(node, path, "write", error);
  }
};

const prepare = (
  node: string,
  file: NodeWrite,
  owner: { readonly uid: number; readonly gid: number } | undefined,
): Prepared => {
  const { path, bytes: content, mode } = file;
  if (content.length > FILE_LIMIT) {
    const size = content.length;
    throw failure("node.file-too-big", { node, path, size, limit: FILE_LIMIT });
  }
  try {
    const { target, facts } = requireExpected(node, file);
    removeTemporaries(target);
    const staged = stage(fileSystem, {
      target,
      content,
      ...(facts === undefined
        ? { mode, ...owner }
        : { mode: facts.mode, uid: facts.uid, gid: facts.gid }),
    });
    if (facts !== undefined) keepAccess(node, path, staged);
    return { ...staged, file };
  } catch (error) {
    throw nameFailure(node, path, "write", error);
  }
};

/** What a killed run left beside this very file: whoever writes here holds the estate's lease, so nobody is at work on it. */
export const removeTemporaries = (target: string): void => {
  const folder = dirname(target);
  for (const name of fileSystem.readdir(folder)) {
    if (isTemporaryNameOf(target, name)) fileSystem.unlink(join(folder, name));
  }
};

const commit = (
  node: string,
  { file, target, temporary }: Prepared,
  written: readonly string[],
): void => {
  const { path, expect } = file;
  try {
    requireExpected(node, file);
    if (expect === undefined) {
      if (!placeNew(fileSystem, { target, temporary })) {
        throw failure("node.changed", { node, path, found: "was created" });
      }
    } else if (existsSync(temporary)) {
      fileSystem.rename(temporary, target);
    } else {
      throw failure("node.changed", { node, path, found: "was taken by another writer" });
    }
    syncFolders(fileSystem, [target]);
  } catch (error) {
    const named = nameFailure(node, path, "write", error);
    if (written.length === 0) throw named;
    throw failure("node.half-written", { node, written, path, why: named.message }, named);
  }
};
