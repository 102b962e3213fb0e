import { localFiles } from "../../adapters/files/local-files.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import type { AppliedChange, DesiredFile, FileFacts } from "../../ports/files.ts";
import { confirm } from "../confirm.ts";
import type { Terminal } from "../terminal.ts";

/** What stood at the paths when the operator agreed to replace it. */
export type Agreed = ReadonlyMap<string, FileFacts | undefined>;

/**
 * Asks before anything is issued whether these paths may be replaced, so that no certificate is made in vain.
 * A path with nothing at it, or with `content` given and the same as is there, needs no answer.
 * Throws file.would-replace where nobody can answer and `yes` is not set.
 */
export const agreeToReplace = async (
  terminal: Terminal,
  files: readonly (Omit<DesiredFile, "content"> & { readonly content?: Uint8Array })[],
  yes: boolean,
): Promise<Agreed> => {
  const nothing = new Uint8Array();
  const seen = await localFiles.plan(files.map((file) => ({ content: nothing, ...file })));
  const replaced = seen.filter(
    ({ action, path, before }) =>
      before !== undefined &&
      (action === "replace" || files.find((file) => file.path === path)?.content === undefined),
  );
  if (replaced.length > 0 && !yes) {
    for (const { path, before } of replaced) {
      terminal.say(`would replace ${path} (${before!.size} bytes), a backup is kept beside it`);
    }
    if (!(await confirm(terminal, "Replace?"))) {
      throw failure("file.would-replace", { paths: replaced.map(({ path }) => path) });
    }
  }
  return new Map(seen.map(({ path, before }) => [path, before]));
};

/** Writes them; throws file.plan-stale when a path holds something else than what was agreed on. */
export const placeFiles = async (
  agreed: Agreed,
  desired: readonly DesiredFile[],
): Promise<readonly AppliedChange[]> => {
  const plan = await localFiles.plan(desired);
  for (const { path, before } of plan) {
    if (agreed.get(path)?.digest !== before?.digest) {
      throw failure("file.plan-stale", { path, change: "was changed" });
    }
  }
  return await localFiles.apply(plan, desired);
};

const words = {
  create: "written",
  replace: "replaced",
  adjust: "mode or owner corrected",
  unchanged: "unchanged",
} as const;

/** "written", "replaced, the former one is etcd-1.key.certwright-backup-…" */
export const changeText = ({ action, backup }: AppliedChange): string =>
  backup === undefined ? words[action] : `${words[action]}, the former one is ${backup}`;

/**
 * One result to a file, or to standard output for "-". Asks before anything is made; what it returns then writes.
 * That gives undefined for standard output.
 */
export const writeOut = async (
  terminal: Terminal,
  path: string,
  mode: number,
  yes: boolean,
): Promise<(content: Uint8Array) => Promise<AppliedChange | undefined>> => {
  if (path === "-") {
    return async (content) => {
      terminal.write(content);
      return undefined;
    };
  }
  const agreed = await agreeToReplace(terminal, [{ path, mode }], yes);
  return async (content) => (await placeFiles(agreed, [{ path, mode, content }]))[0];
};
