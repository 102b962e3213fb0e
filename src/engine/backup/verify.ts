import { CertwrightError, failure } from "../../core/errors/certwright-error.ts";
import type { BackupGroup, BackupVerification } from "../../core/model/backup.ts";
import type {
  BackupReader,
  ScratchMember,
  ScratchPrograms,
  StoredBackup,
} from "../../ports/backups.ts";
import { copiedFiles, copiedObjects } from "./contents.ts";
import type { BackupPorts } from "./ports.ts";
import { snapshotName } from "./snapshot.ts";

/**
 * Decrypts and compares every byte, restores each snapshot into a scratch member and compares what it says of its data
 * with what the running one said. Notes what came of it. Throws keystore.*, and whatever is wrong with this machine.
 */
export const verifyBackup = async (
  ports: BackupPorts,
  backup: StoredBackup,
  progress: (what: string) => void = () => undefined,
): Promise<BackupVerification> => {
  const outcome = await outcomeOf(ports, backup, progress);
  const verification = { at: ports.clock.now(), manifest: backup.digest, ...outcome };
  await ports.backups.note(backup, verification);
  return verification;
};

type Outcome = Pick<BackupVerification, "verdict" | "why" | "etcd">;

const outcomeOf = async (
  ports: BackupPorts,
  backup: StoredBackup,
  progress: (what: string) => void,
): Promise<Outcome> => {
  try {
    const reader = await ports.backups.open(backup);
    progress("its files");
    for await (const copied of copiedFiles(ports, backup, reader)) void copied;
    for await (const copied of copiedObjects(ports, backup, reader)) void copied;
    const { groups } = backup.manifest;
    if (groups.length === 0) return { verdict: "restored" };
    const programs = await ports.scratch.find();
    let why: string | undefined;
    for (const [i, group] of groups.entries()) {
      progress(`the data of ${group.group}`);
      const name = snapshotName(i);
      const missing = await lookAt(ports, { backup, reader, group, name }, programs);
      why ??= missing;
    }
    const etcd = programs.ok ? { etcd: programs.version } : {};
    return why === undefined ? { verdict: "restored", ...etcd } : { verdict: "readable", why };
  } catch (error) {
    if (!(error instanceof CertwrightError)) throw error;
    if (error.code !== "backup.damaged" && error.code !== "backup.differs") throw error;
    return { verdict: "damaged", why: error.message };
  }
};

interface Looked {
  readonly backup: StoredBackup;
  readonly reader: BackupReader;
  readonly group: BackupGroup;
  readonly name: string;
}

/** Why the snapshot could not be restored here; undefined when it was. Throws backup.damaged, backup.differs. */
const lookAt = async (
  ports: BackupPorts,
  looked: Looked,
  programs: ScratchPrograms,
): Promise<string | undefined> => {
  const { group } = looked;
  const unfit = programs.ok ? unfitness(group.version, programs.version) : programs.why;
  if (unfit === undefined && programs.ok) {
    try {
      const snapshot = { size: group.size, pieces: checkedPieces(looked) };
      await ports.scratch.use(programs, snapshot, (member) => compare(group, member));
      return undefined;
    } catch (error) {
      // Of this machine or this etcd, and no fault of the backup that anybody could show.
      if (!(error instanceof CertwrightError) || !error.code.startsWith("backup.scratch-")) {
        throw error;
      }
      return error.message;
    }
  }
  for await (const piece of checkedPieces(looked)) void piece;
  return unfit;
};

/** Each piece was authenticated when it was decrypted; together they are as long as they should be. */
const checkedPieces = async function* ({
  backup: { path },
  reader,
  group,
  name,
}: Looked): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const piece of reader.pieces(name)) {
    size += piece.length;
    yield piece;
  }
  if (size === group.size) return;
  throw failure("backup.damaged", { path, why: `${name} has ${size} bytes, not ${group.size}` });
};

/**
 * etcd reads data of its own minor version and of the one before (etcd.io/docs, "Upgrading etcd": one minor version
 * at a time).
 */
const unfitness = (data: string, program: string): string | undefined => {
  const minor = (version: string): number => Number(version.split(".")[1]);
  const ahead = minor(program) - minor(data);
  return ahead === 0 || ahead === 1
    ? undefined
    : `the etcd on this machine is ${program} and does not read data of ${data}`;
};

const compare = async (group: BackupGroup, scratch: ScratchMember): Promise<void> => {
  const revision = BigInt(group.revision);
  const keys = String(await scratch.keys(revision));
  const { hash, compactRevision } = await scratch.hash(revision);
  const differs = (what: string, live: string, restored: string): void => {
    if (live !== restored) {
      throw failure("backup.differs", { group: group.group, what, live, restored });
    }
  };
  differs(`the number of keys at revision ${revision}`, group.keys, keys);
  differs("the compacted revision", group.compactRevision, String(compactRevision));
  differs(`the hash at revision ${revision}`, group.hash.toString(16), hash.toString(16));
};
