import { failure } from "../../core/errors/certwright-error.ts";
import type { BackupFile, BackupGroup, BackupIssuer } from "../../core/model/backup.ts";
import type { Estate } from "../../core/model/estate.ts";
import type { EstateVersion, SlotId } from "../../core/model/inventory.ts";
import type { BackupWriter, StoredBackup } from "../../ports/backups.ts";
import type { NodeFile } from "../../ports/node.ts";
import type { Authority, Issuer } from "../authority/authority.ts";
import { layoutOf } from "../rotation/layout.ts";
import { openSessions, type Sessions } from "../rotation/sessions.ts";
import { placesOf, type FilePlace } from "./places.ts";
import type { BackupPorts } from "./ports.ts";
import { snapshotName, storeSnapshot } from "./snapshot.ts";

export interface BackupOrder {
  readonly id: string;
  readonly run?: string;
  readonly estate: Estate;
  readonly version?: EstateVersion;
  /** Absent: all of the estate. */
  readonly slots?: readonly SlotId[];
  /** Absent: all of the estate. */
  readonly groups?: readonly string[];
}

/** The one encrypted file that holds all copied files, one behind the other. */
export const FILES = "files";
/** Files that are read at once: as many ssh channels as sshd opens by default (MaxSessions 10), less two. */
const AT_ONCE = 8;

/**
 * Copies the files of these slots and the data of these groups. One of that name that is there already is returned as
 * it is. Throws node.*, backup.*, authority.*, keystore.*, file.*.
 */
export const createBackup = async (
  ports: BackupPorts,
  order: BackupOrder,
  progress: (what: string) => void = () => undefined,
): Promise<StoredBackup> => {
  const { id, estate, version } = order;
  const there = await ports.backups.find(id);
  if (there !== undefined) return there;
  const writer = await ports.backups.begin(id);
  const sessions = openSessions(ports.nodes);
  try {
    const files = await storeFiles(sessions, placesOf(estate, order.slots), writer, progress);
    const groups = await storeGroups(ports, order, writer, progress);
    await writer.complete({
      format: "certwright.backup/1",
      id,
      createdAt: ports.clock.now(),
      ...(order.run === undefined ? {} : { run: order.run }),
      ...(version === undefined ? {} : { estate: version }),
      issuers: await issuersOf(ports.authority),
      files,
      groups,
    });
  } finally {
    await writer.abandon();
    await sessions.close();
  }
  return (await ports.backups.find(id))!;
};

const storeFiles = async (
  sessions: Sessions,
  places: readonly FilePlace[],
  writer: BackupWriter,
  progress: (what: string) => void,
): Promise<readonly BackupFile[]> => {
  const files: BackupFile[] = [];
  await writer.store(FILES, async (add) => {
    for (let start = 0; start < places.length; start += AT_ONCE) {
      progress(`${places.length} files`);
      const some = places.slice(start, start + AT_ONCE);
      const found = await Promise.all(
        some.map(({ node, path }) => sessions.use(node, (session) => session.read(path))),
      );
      for (const [i, file] of found.entries()) {
        files.push(describe(some[i]!, file));
        if (file !== undefined) await add(file.bytes);
      }
    }
  });
  return files;
};

const describe = ({ node, path }: FilePlace, file: NodeFile | undefined): BackupFile => {
  const place = { ...(node === undefined ? {} : { node: node.name }), path };
  if (file === undefined) return place;
  const { digest, size, mode, uid, gid } = file.facts;
  return { ...place, held: { digest, size, mode, uid, gid } };
};

const storeGroups = async (
  ports: BackupPorts,
  { estate, groups }: BackupOrder,
  writer: BackupWriter,
  progress: (what: string) => void,
): Promise<readonly BackupGroup[]> => {
  const { etcd, etcdGroup: known } = layoutOf(estate);
  const stored: BackupGroup[] = [];
  for (const [i, group] of (groups ?? (known === undefined ? [] : [known])).entries()) {
    if (etcd === undefined || group !== known)
      throw failure("rotation.not-in-estate", { what: "group", id: group });
    progress(`the data of ${group}`);
    stored.push(await storeSnapshot(ports, etcd, group, writer, snapshotName(i)));
  }
  return stored;
};

const issuersOf = async (authority: Authority): Promise<readonly BackupIssuer[]> =>
  (await authority.issuers()).map(describeIssuer);

const describeIssuer = ({ name, generations }: Issuer): BackupIssuer => ({
  name,
  generations: generations.map(({ number, stage, keyId, certificate }) => ({
    number,
    stage,
    key: keyId,
    ...(certificate === undefined ? {} : { certificate: certificate.fingerprint }),
  })),
});
