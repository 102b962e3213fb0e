import { failure } from "../../core/errors/certwright-error.ts";
import { utf8Bytes } from "../../core/bytes/utf8.ts";
import type {
  BackupFile,
  BackupGroup,
  BackupIssuer,
  BackupObject,
} from "../../core/model/backup.ts";
import type { Estate } from "../../core/model/estate.ts";
import type { EstateVersion, SlotId } from "../../core/model/inventory.ts";
import type { BackupWriter, StoredBackup } from "../../ports/backups.ts";
import type { NodeFile } from "../../ports/node.ts";
import type { Authority, Issuer } from "../authority/authority.ts";
import { layoutOf } from "../rotation/layout.ts";
import { openApis } from "../rotation/kubernetes/apis.ts";
import { readFields } from "../rotation/kubernetes/objects.ts";
import { digestOf } from "../rotation/read-slot.ts";
import { openSessions, type Sessions } from "../rotation/sessions.ts";
import { objectPlacesOf, placesOf, type FilePlace } from "./places.ts";
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
/** Likewise for the fields of objects. */
export const OBJECTS = "objects";
/** Milliseconds for one call of the API: what kubectl's own discovery waits for at most is 32 s, a healthy one takes less than one. */
export const API_DEADLINE = 10_000;
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
    const objects = await storeObjects(ports, order, writer, progress);
    const groups = await storeGroups(ports, order, writer, progress);
    await writer.complete({
      format: "certwright.backup/1",
      id,
      createdAt: ports.clock.now(),
      ...(order.run === undefined ? {} : { run: order.run }),
      ...(version === undefined ? {} : { estate: version }),
      issuers: await issuersOf(ports.authority),
      files,
      ...(objects.length === 0 ? {} : { objects }),
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
        some.map(({ node, path, isLink }) =>
          sessions.use(node, async (session) => ({
            link: isLink === true ? (await session.readLink(path))?.target : undefined,
            file: await session.read(path),
          })),
        ),
      );
      for (const [i, { file, link }] of found.entries()) {
        files.push(describe(some[i]!, file, link));
        if (file !== undefined) await add(file.bytes);
      }
    }
  });
  return files;
};

const storeObjects = async (
  ports: BackupPorts,
  { estate, slots }: BackupOrder,
  writer: BackupWriter,
  progress: (what: string) => void,
): Promise<readonly BackupObject[]> => {
  const places = objectPlacesOf(estate, slots);
  if (places.length === 0) return [];
  const objects: BackupObject[] = [];
  const apis = openApis(ports, estate.kubernetes, API_DEADLINE);
  try {
    const api = await apis.open();
    await writer.store(OBJECTS, async (add) => {
      for (const { resource: name, field } of places) {
        progress(name);
        for (const { resource, value } of await readFields(api, { resource: name, field })) {
          if (value === undefined) continue;
          const bytes = utf8Bytes(value);
          objects.push({
            resource,
            field,
            held: { digest: digestOf(ports, bytes), size: bytes.length },
          });
          await add(bytes);
        }
      }
    });
  } finally {
    apis.close();
  }
  return objects;
};

const describe = (
  { node, path }: FilePlace,
  file: NodeFile | undefined,
  link: string | undefined,
): BackupFile => {
  const place = {
    ...(node === undefined ? {} : { node: node.name }),
    path,
    ...(link === undefined ? {} : { link }),
  };
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
