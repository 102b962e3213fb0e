import { failure } from "../../core/errors/certwright-error.ts";
import {
  boltFault,
  boltMetaBytes,
  boltPageSizes,
  boltTransaction,
} from "../../core/recovery/copy/bolt-database.ts";
import {
  differingPaths,
  readSums,
  sumsText,
  type FileSums,
} from "../../core/recovery/copy/file-sums.ts";
import { bytesOfDump } from "../../core/recovery/data/etcd-record.ts";
import { utf8Bytes, utf8Of } from "../../core/bytes/utf8.ts";
import { some } from "../../core/text/some.ts";
import { attempt } from "../rotation/attempt.ts";
import type { NodeSession } from "../../ports/node.ts";

// A copy of what is left on a machine, below one folder there: each file under its own path, and SHA256SUMS, which is
// written last and says what every file was like at its source. Whoever has to put it back checks it with sha256sum -c.

export interface ColdCopy {
  /** Absolute paths of files and folders; what is not there is passed over. */
  readonly from: readonly string[];
  /** Absolute; is made for its owner alone. */
  readonly to: string;
}

/** A database of 8 GB, etcd's advised limit, at 100 MB a second. */
const copyDeadline = 120_000;

/** Looks at names, sizes, or a few bytes. */
const askDeadline = 10_000;

/** How often files that change while they are copied are copied again; nobody but etcd writes there without a pause. */
const rounds = 8;

/** Besides the copy itself: an etcd that lives adds a log segment of 64 MB (server/storage/wal: SegmentSizeBytes). */
const spare = 64 * 1024 * 1024;

const sumsName = "SHA256SUMS";

/**
 * Makes the copy, and proves it. One that is there already is kept: what it was made of may have been written over
 * since. Throws recovery.no-room, recovery.not-copied, node.*.
 */
export const makeColdCopy = async (session: NodeSession, copy: ColdCopy): Promise<void> => {
  const { from, to } = copy;
  if ((await session.facts(`${to}/${sumsName}`)) !== undefined) return;
  const there: string[] = [];
  for (const path of from) if (await exists(session, path)) there.push(path);
  await refuseWithoutRoom(session, to, await bytesBelow(session, there));
  await must(session, to, ["mkdir", "-p", to]);
  await must(session, to, ["chmod", "700", to]);
  for (const path of there) {
    const folder = `${to}${path.slice(0, path.lastIndexOf("/"))}`;
    await must(session, path, ["mkdir", "-p", folder]);
    await must(session, path, ["rm", "-rf", `${to}${path}`]);
    await must(session, path, ["cp", "-a", path, folder]);
  }
  const sums = await settled(session, there, to);
  const bytes = utf8Bytes(sumsText(sums));
  await session.write([{ path: `${to}/${sumsName}`, bytes, expect: undefined, mode: 0o600 }]);
};

/** How many files the copy has; or what is wrong with it, in words. Throws node.*. */
export const checkColdCopy = async (
  session: NodeSession,
  { from, to }: ColdCopy,
): Promise<{ readonly files: number } | { readonly fault: string }> => {
  const listed = await session.read(`${to}/${sumsName}`);
  if (listed === undefined) return { fault: `${to} is not whole: it has no ${sumsName}` };
  const wanted = readSums(utf8Of(listed.bytes).text, to);
  if (wanted === undefined) return { fault: `${to}/${sumsName} is damaged` };
  const copies = from.map((path) => `${to}${path}`);
  const there: string[] = [];
  for (const path of copies) if (await exists(session, path)) there.push(path);
  const differing = differingPaths(wanted, await sumsBelow(session, there, to));
  if (differing.length > 0) return { fault: `in ${to} is not what was copied: ${some(differing)}` };
  for (const path of wanted.keys()) {
    if (!path.endsWith("/member/snap/db")) continue;
    const fault = await databaseFault(session, `${to}/${path}`);
    if (fault !== undefined) return { fault: `etcd could not open ${to}/${path}: ${fault}` };
  }
  return { files: wanted.size };
};

/** Bytes that these take, as a copy would. */
export const bytesBelow = async (
  session: NodeSession,
  paths: readonly string[],
): Promise<number> => {
  if (paths.length === 0) return 0;
  const { stdout } = await session.run(["du", "-sk", ...paths], { deadline: askDeadline });
  return stdout
    .split("\n")
    .reduce((sum, line) => sum + Number(/^(\d+)\s/.exec(line)?.[1] ?? 0) * 1024, 0);
};

/** Room that has to be free for a copy of so many bytes. */
export const roomFor = (bytes: number): number => bytes + spare;

const refuseWithoutRoom = async (
  session: NodeSession,
  to: string,
  bytes: number,
): Promise<void> => {
  const free = await session.freeBytes(to);
  const needed = roomFor(bytes);
  if (free < needed)
    throw failure("recovery.no-room", { node: session.name, path: to, free, needed });
};

/**
 * Sums of the copy, once every file in it is what its source was. What goes on changing is copied again by itself,
 * because the less is copied and summed up, the less is written meanwhile. Databases come before logs: a log that is
 * newer than its database is what etcd finds after every crash, and an older one it refuses
 * (server/etcdserver/bootstrap.go: the consistent index).
 */
const settled = async (
  session: NodeSession,
  from: readonly string[],
  to: string,
): Promise<FileSums> => {
  const sums = new Map<string, string>();
  let open = from;
  for (let round = 0; round < rounds; round++) {
    // In this order: what the source is now, after the copy was read, nobody has written to in between.
    const copied = await sumsBelow(session, await copiesOf(session, open, to), to);
    const sources = await sumsBelow(session, open, "");
    const differing = new Set(differingPaths(sources, copied));
    for (const path of differing) {
      const copy = copied.get(path);
      const isThere = sources.has(path) && copy !== undefined;
      if (isThere && isDatabase(path))
        sums.set(path, await copyBetweenTransactions(session, path, to));
      // In the first round it may be older than the database.
      else if (isThere && isLog(path) && round > 0 && (await wasSo(session, path, to)))
        sums.set(path, copy);
      else continue;
      differing.delete(path);
    }
    for (const [path, sum] of sources) if (copied.get(path) === sum) sums.set(path, sum);
    if (differing.size === 0) return sums;
    open = await copyAgain(session, [...differing], sources, to);
  }
  throw failure("recovery.not-copied", {
    node: session.name,
    path: some(open),
    why: `it was written to during each of ${rounds} copies`,
  });
};

const isLog = (path: string): boolean => /\/member\/wal\/[^/]+\.wal$/.test(path);

/**
 * Whether a log was at its source what it is in the copy: records are only ever appended, over zeros that were laid out
 * in advance (server/storage/wal: fileutil.Preallocate), so that they differ where the copy still has zeros. A record of
 * which the copy has the beginning only is what a crash leaves, and etcd cuts it off (wal/repair.go).
 */
const wasSo = async (session: NodeSession, path: string, to: string): Promise<boolean> => {
  const compared = await attempt(() =>
    session.run(["cmp", "-l", `${to}/${path}`, `/${path}`], { deadline: copyDeadline }),
  );
  if (!compared.ok || compared.value.code > 1 || compared.value.stderr !== "") return false;
  const lines = compared.value.stdout.trim().split("\n");
  return lines.every((line) => /^\s*\d+\s+0\s+\d+$/.test(line));
};

const copiesOf = async (
  session: NodeSession,
  paths: readonly string[],
  to: string,
): Promise<readonly string[]> => {
  const there: string[] = [];
  for (const path of paths) if (await exists(session, `${to}${path}`)) there.push(`${to}${path}`);
  return there;
};

/** What is to be looked at again, absolute. */
const copyAgain = async (
  session: NodeSession,
  differing: readonly string[],
  sources: FileSums,
  to: string,
): Promise<readonly string[]> => {
  const again = new Set<string>();
  for (const path of differing) {
    const source = `/${path}`;
    if (!sources.has(path)) await must(session, source, ["rm", "-f", `${to}${source}`]);
    else {
      await must(session, source, ["cp", "-a", source, `${to}${source}`]);
      again.add(source);
    }
  }
  return [...again];
};

const isDatabase = (path: string): boolean => path.endsWith("/member/snap/db");

/** An etcd that has nothing to do commits a few times a second; a copy of some MB takes a tenth of that. */
const tries = 100;

/**
 * A database that is written to, as it was between two transactions: its last one is the same in the copy and, once the
 * copy is made, at its source. Whoever writes meanwhile writes to pages of which that transaction knows nothing (bbolt
 * tx.go, freelist: a page is given out again no sooner than one transaction after the one that freed it). Returns the
 * copy's sum.
 */
const copyBetweenTransactions = async (
  session: NodeSession,
  path: string,
  to: string,
): Promise<string> => {
  const source = `/${path}`;
  const copy = `${to}${source}`;
  for (let i = 0; i < tries; i++) {
    const offsets = await headOffsets(session, source);
    // One program does both, so that no way over the network lies between.
    const asked = offsets.flatMap(headCall);
    const words = ["find", source, "-exec", "cp", "-p", "{}", copy, ";", ...asked];
    const { stdout } = await session.run(words, { deadline: copyDeadline });
    const there = boltTransaction(headsOf(bytesOfDump(stdout)));
    if (there === undefined || there !== boltTransaction(await heads(session, copy))) continue;
    const sum = (await sumsBelow(session, [copy], to)).get(path);
    if (sum !== undefined) return sum;
  }
  throw failure("recovery.not-copied", {
    node: session.name,
    path: source,
    why: `etcd has written to it during each of ${tries} copies; save a snapshot with its own tools, and stop who writes so much`,
  });
};

const sumsBelow = async (
  session: NodeSession,
  paths: readonly string[],
  below: string,
): Promise<FileSums> => {
  if (paths.length === 0) return new Map();
  const words = ["find", ...paths, "-type", "f", "-exec", "sha256sum", "{}", "+"];
  const { code, stdout, stderr } = await session.run(words, { deadline: copyDeadline });
  const sums = readSums(stdout, below);
  // A log segment may be gone between its listing and its reading: it is looked at again.
  if (sums === undefined || (code !== 0 && !/No such file/.test(stderr)))
    throw failure("recovery.not-copied", {
      node: session.name,
      path: some(paths),
      why: `its files cannot be summed up: ${stderr.trim()}`,
    });
  return sums;
};

const databaseFault = async (session: NodeSession, path: string): Promise<string | undefined> => {
  const [first = new Uint8Array(), ...seconds] = await heads(session, path);
  return boltFault(await sizeOf(session, path), first, seconds);
};

const sizeOf = async (session: NodeSession, path: string): Promise<number> => {
  const { stdout } = await session.run(["wc", "-c", path], { deadline: askDeadline });
  return Number.parseInt(stdout, 10);
};

/** Where a database has its heads, whatever the size of its pages. */
const headOffsets = async (session: NodeSession, path: string): Promise<readonly number[]> => {
  const size = await sizeOf(session, path);
  return [0, ...boltPageSizes].filter((at) => at + boltMetaBytes <= size);
};

/** For find: prints the head there. */
const headCall = (offset: number): readonly string[] =>
  `-exec od -An -v -tx1 -j ${offset} -N ${boltMetaBytes} {} ;`.split(" ");

const headsOf = (bytes: Uint8Array): readonly Uint8Array[] =>
  Array.from({ length: Math.floor(bytes.length / boltMetaBytes) }, (_, i) =>
    bytes.subarray(i * boltMetaBytes, (i + 1) * boltMetaBytes),
  );

const heads = async (session: NodeSession, path: string): Promise<readonly Uint8Array[]> => {
  const offsets = await headOffsets(session, path);
  const asked = offsets.flatMap(headCall);
  const { stdout } = await session.run(["find", path, ...asked], { deadline: askDeadline });
  return headsOf(bytesOfDump(stdout));
};

const exists = async (session: NodeSession, path: string): Promise<boolean> =>
  (await session.run(["test", "-e", path], { deadline: askDeadline })).code === 0;

const must = async (
  session: NodeSession,
  path: string,
  words: readonly string[],
): Promise<void> => {
  const { code, stderr } = await session.run(words, { deadline: copyDeadline });
  if (code !== 0)
    throw failure("recovery.not-copied", { node: session.name, path, why: stderr.trim() });
};
