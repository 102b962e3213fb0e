import type { BackupFile } from "../../core/model/backup.ts";
import type { Estate, EstateNode } from "../../core/model/estate.ts";
import type { StoredBackup } from "../../ports/backups.ts";
import type { NodeFileFacts, NodeSession } from "../../ports/node.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import { attempt } from "../rotation/attempt.ts";
import { openSessions } from "../rotation/sessions.ts";
import { copiedFiles, type CopiedFile } from "./contents.ts";
import { placeText } from "./places.ts";
import type { BackupPorts } from "./ports.ts";
import { difference } from "./run-backup.ts";

/** A copied file beside what is at its place now. */
export interface Compared {
  readonly file: BackupFile;
  /**
   * "same" needs nothing, "put-back" is what restoring does; "left": there was none then, and what is there now stays;
   * "unseen": its machine cannot be reached, or is not in the estate any more.
   */
  readonly action: "same" | "put-back" | "left" | "unseen";
  /** In words; empty when nothing differs. */
  readonly why: string;
  readonly now?: NodeFileFacts;
}

/** Machines that are asked side by side; each costs an ssh process here. */
const AT_ONCE = 8;
/** For a chmod or a chown. */
const DEADLINE = 20_000;

/** What restoring these files would do. Throws nothing that a machine did wrong. */
export const compareBackup = async (
  ports: Pick<BackupPorts, "nodes">,
  { manifest }: StoredBackup,
  estate: Estate,
): Promise<readonly Compared[]> => {
  const sessions = openSessions(ports.nodes);
  const compared = new Map<BackupFile, Compared>();
  const compareAll = async (files: readonly BackupFile[]): Promise<void> => {
    // One that is away is asked once, and not for each of its files.
    const reached = await attempt(() =>
      sessions.use(nodeOf(estate, files[0]!), () => Promise.resolve()),
    );
    for (const file of files) {
      const looked = reached.ok
        ? await attempt(() =>
            sessions.use(nodeOf(estate, file), (session) => session.facts(file.path)),
          )
        : reached;
      compared.set(
        file,
        looked.ok ? judge(file, looked.value) : { file, action: "unseen", why: looked.why },
      );
    }
  };
  try {
    const nodes = [...new Set(manifest.files.map(({ node }) => node))];
    for (let start = 0; start < nodes.length; start += AT_ONCE) {
      const some = nodes.slice(start, start + AT_ONCE);
      await Promise.all(
        some.map((node) => compareAll(manifest.files.filter((file) => file.node === node))),
      );
    }
    return manifest.files.map((file) => compared.get(file)!);
  } finally {
    await sessions.close();
  }
};

const judge = (file: BackupFile, now: NodeFileFacts | undefined): Compared => {
  const why = difference(file, now) ?? "";
  const action = why === "" ? "same" : file.held === undefined ? "left" : "put-back";
  return { file, action, why, ...(now === undefined ? {} : { now }) };
};

const nodeOf = ({ nodes }: Estate, { node, path }: BackupFile): EstateNode | undefined => {
  if (node === undefined) return undefined;
  const found = nodes.find(({ name }) => name === node);
  if (found !== undefined) return found;
  throw failure("rotation.not-in-estate", { what: "node", id: placeText(node, path) });
};

/**
 * Puts back what differs, a machine at a time, keys before certificates: content by compare-and-swap with what was
 * seen, then mode and owner. `done` hears of each file. Throws node.*, backup.damaged.
 */
export const restoreFiles = async (
  ports: Pick<BackupPorts, "backups" | "digests" | "nodes">,
  backup: StoredBackup,
  estate: Estate,
  compared: readonly Compared[],
  done: (file: BackupFile) => void,
): Promise<void> => {
  const wanted = new Map(
    compared.filter(({ action }) => action === "put-back").map((one) => [one.file, one]),
  );
  const reader = await ports.backups.open(backup);
  const sessions = openSessions(ports.nodes);
  try {
    const copies: (CopiedFile & Pick<Compared, "now">)[] = [];
    for await (const copied of copiedFiles(ports, backup, reader)) {
      const one = wanted.get(copied.file);
      if (one !== undefined) copies.push({ ...copied, ...(one.now && { now: one.now }) });
    }
    for (const node of new Set(copies.map(({ file }) => file.node))) {
      const some = copies.filter(({ file }) => file.node === node);
      await sessions.use(nodeOf(estate, some[0]!.file), async (session) => {
        // What only its owner may read is the key: it goes first, so that no certificate is without its own.
        const ordered = some.toSorted(
          (a, b) => (a.file.held!.mode & 0o077) - (b.file.held!.mode & 0o077),
        );
        for (const copy of ordered) {
          await putBack(session, copy);
          done(copy.file);
        }
      });
    }
  } finally {
    await sessions.close();
  }
};

const putBack = async (
  session: NodeSession,
  { file, bytes, now }: CopiedFile & Pick<Compared, "now">,
): Promise<void> => {
  const { path } = file;
  const held = file.held!;
  if (now?.digest !== held.digest && !(await ledBack(session, file))) {
    await session.write([{ path, bytes: bytes!, expect: now?.digest, mode: held.mode }]);
  }
  const after = await session.facts(path);
  if (after?.uid !== held.uid || after.gid !== held.gid) {
    await run(session, ["chown", `${held.uid}:${held.gid}`, path]);
  }
  // After the owner, for chown takes set-id bits away.
  if (after?.mode !== held.mode) await run(session, ["chmod", held.mode.toString(8), path]);
};

/** Whether the file that a link led to is still there, so that the link is all that has to change. */
const ledBack = async (
  session: NodeSession,
  { path, link, held }: BackupFile,
): Promise<boolean> => {
  if (link?.startsWith("/") !== true) return false;
  if ((await session.facts(link))?.digest !== held?.digest) return false;
  await session.link({ path, target: link, expect: (await session.readLink(path))?.target });
  return true;
};

const run = async (session: NodeSession, command: readonly string[]): Promise<void> => {
  const { code, stderr } = await session.run(command, { deadline: DEADLINE });
  if (code === 0) return;
  const [program = ""] = command;
  throw failure("node.program-unusable", {
    node: session.name,
    program,
    why: stderr.trim() || `code ${code}`,
  });
};
