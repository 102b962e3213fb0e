import { encodeBase64 } from "../../core/bytes/base64.ts";
import { failure, isFailure } from "../../core/errors/certwright-error.ts";
import type { CopiedFile } from "../../core/rehearsal/copied-file.ts";
import { namedPaths, writtenFlags } from "../../core/rehearsal/copy-flags.ts";
import { isInSystem } from "../../core/rehearsal/system-folders.ts";
import type { NodeSession } from "../../ports/node.ts";
import { whyOf } from "../rotation/attempt.ts";

/** A file, and the link that leads to it; none where nothing is. */
export const fileAt = async (
  session: NodeSession,
  path: string,
): Promise<readonly CopiedFile[]> => {
  const link = await linkAt(session, path);
  if (link !== undefined) {
    const target = link.startsWith("/") ? link : `${path.slice(0, path.lastIndexOf("/"))}/${link}`;
    return [{ kind: "link", path, target }, ...(await fileAt(session, target))];
  }
  const file = await session.read(path);
  if (file === undefined) return [];
  const { bytes, facts } = file;
  return [{ kind: "file", path, mode: facts.mode, content: encodeBase64(bytes) }];
};

const linkAt = async (session: NodeSession, path: string): Promise<string | undefined> => {
  try {
    return (await session.readLink(path))?.target;
  } catch (error) {
    if (isFailure(error, "node.not-a-link")) return undefined;
    throw error;
  }
};

/** What a program's words name; what is not there is told in `left`. Throws rehearsal.in-system, node.*. */
export const namedFiles = async (
  session: NodeSession,
  program: string,
  words: readonly string[],
  left: string[],
): Promise<readonly CopiedFile[]> => {
  const files: CopiedFile[] = [];
  for (const named of namedPaths(words))
    files.push(...(await namedFile(session, program, named, left)));
  return files;
};

const namedFile = async (
  session: NodeSession,
  program: string,
  { flag, path }: { readonly flag: string; readonly path: string },
  left: string[],
): Promise<readonly CopiedFile[]> => {
  const parent: CopiedFile = { kind: "folder", path: path.slice(0, path.lastIndexOf("/")) };
  if (isInSystem(path)) {
    if (writtenFlags.has(flag)) throw failure("rehearsal.in-system", { node: session.name, path });
    left.push(`${session.name}: ${program} --${flag}=${path}: the copy has this machine's own`);
    return [];
  }
  if (writtenFlags.has(flag)) return [parent];
  try {
    const found = await fileAt(session, path);
    if (found.length > 0) return found;
    left.push(`${session.name}: ${program} --${flag}=${path}: nothing is there`);
  } catch (error) {
    left.push(`${session.name}: ${program} --${flag}=${path}: ${whyOf(error)}`);
  }
  return [parent];
};
