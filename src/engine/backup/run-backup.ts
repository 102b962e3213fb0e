import type { BackupFile, BackupManifest } from "../../core/model/backup.ts";
import type { Estate } from "../../core/model/estate.ts";
import type { EstateVersion } from "../../core/model/inventory.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import { formatInstant } from "../../core/x509/time.ts";
import type { StoredBackup } from "../../ports/backups.ts";
import type { PlacedSlot } from "../rotation/layout.ts";
import type { FormerFile, RunBackup } from "../rotation/run-backup.ts";
import { copiedFiles, copiedObjects, type CopiedFile, type CopiedObject } from "./contents.ts";
import { createBackup } from "./create.ts";
import { fieldsDiffer, formerFields, partDiffers } from "./parts.ts";
import { filesOf, placeKey } from "./places.ts";
import type { BackupPorts } from "./ports.ts";
import { verifyBackup } from "./verify.ts";

export interface RunBackupOrder {
  /** Names the backup, too. */
  readonly run: string;
  readonly estate: Estate;
  readonly version: EstateVersion;
  /** The operator's word that a backup whose snapshot could not be restored here is enough. */
  readonly acceptUnrestored?: boolean;
}

/** The backup of one run: made before its first change, kept after its end. */
export const openRunBackup = (ports: BackupPorts, order: RunBackupOrder): RunBackup => {
  const { run, estate, version, acceptUnrestored = false } = order;
  let copies: Promise<Copies> | undefined;
  const stored = async (): Promise<StoredBackup> => {
    const found = await ports.backups.find(run);
    if (found === undefined) throw failure("backup.no-such", { id: run, known: [] });
    return found;
  };
  const all = async (): Promise<Copies> => (copies ??= readCopies(ports, await stored()));
  const copyOf = async (place: PlacedSlot["place"], path: string): Promise<CopiedFile> => {
    const copied = (await all()).files.get(placeKey(place.node, path));
    if (copied === undefined) throw failure("backup.not-in-it", { id: run, path });
    return copied;
  };
  return {
    verify: async () => {
      const found = await ports.backups.find(run);
      if (found === undefined) return { verdict: "fails", evidence: "this run has no backup yet" };
      const { manifest, verification } = found;
      const what = describeBackup(manifest);
      switch (verification?.verdict) {
        case undefined:
          return { verdict: "fails", evidence: `${what}; nobody has looked at it yet` };
        case "damaged":
          return { verdict: "fails", evidence: `${what}; ${verification.why ?? "it is damaged"}` };
        case "readable":
          return {
            verdict: acceptUnrestored ? "holds" : "unknowable",
            evidence: `${what}; readable, but its snapshot was not restored: ${verification.why ?? ""}`,
          };
        case "restored":
          return {
            verdict: "holds",
            evidence: `${what}; restored with etcd ${verification.etcd ?? "nowhere"} and compared`,
          };
      }
    },
    create: async (slots, groups) => {
      const made = await createBackup(ports, { id: run, run, estate, version, slots, groups });
      if (made.verification?.verdict === "restored") return;
      const { verdict, why = "" } = await verifyBackup(ports, made);
      if (verdict === "damaged") throw failure("backup.damaged", { path: made.path, why });
    },
    before: ({ place }) =>
      Promise.all(
        filesOf(place).map(async (path): Promise<FormerFile> => {
          const { file, bytes } = await copyOf(place, path);
          if (bytes === undefined || file.held === undefined) return { path };
          return { path, bytes, mode: file.held.mode, link: file.link };
        }),
      ),
    beforeFields: async ({ place: { form } }) => {
      if (form?.kind !== "object") return [];
      return formerFields((await all()).objects, form);
    },
    differs: async ({ place, role }, found) => {
      const { form } = place;
      switch (form?.kind) {
        case "object": {
          const former = formerFields((await all()).objects, form);
          return fieldsDiffer(ports, form, former, found);
        }
        case "kubeconfig":
          return partDiffers(ports, await copyOf(place, place.path), role, found);
        case "key":
          return difference((await copyOf(place, place.key!)).file, found.key?.facts);
        case "kubelet-pem":
        case "public-keys":
        case "private-key":
        case undefined: {
          const { file } = await copyOf(place, place.path);
          const first = difference(file, found.file?.facts);
          if (first !== undefined || place.key === undefined || place.key === place.path) {
            return first;
          }
          const { file: key } = await copyOf(place, place.key);
          const second = difference(key, found.key?.facts);
          return second === undefined ? undefined : `its key ${place.key}: ${second}`;
        }
      }
    },
  };
};

interface Copies {
  readonly files: ReadonlyMap<string, CopiedFile>;
  readonly objects: readonly CopiedObject[];
}

const readCopies = async (ports: BackupPorts, backup: StoredBackup): Promise<Copies> => {
  const files = new Map<string, CopiedFile>();
  const objects: CopiedObject[] = [];
  const reader = await ports.backups.open(backup);
  for await (const copied of copiedFiles(ports, backup, reader)) {
    files.set(placeKey(copied.file.node, copied.file.path), copied);
  }
  for await (const copied of copiedObjects(ports, backup, reader)) objects.push(copied);
  return { files, objects };
};

/** In words; undefined when content, mode and owner are as they were. */
export const difference = (
  { held }: Pick<BackupFile, "held">,
  now: BackupFile["held"],
): string | undefined => {
  if (held === undefined) return now === undefined ? undefined : "there was no such file";
  if (now === undefined) return "there is no such file any more";
  if (held.digest !== now.digest) return "its content is another one";
  if (held.mode !== now.mode) {
    return `its mode is 0${now.mode.toString(8)} and was 0${held.mode.toString(8)}`;
  }
  if (held.uid !== now.uid || held.gid !== now.gid) {
    return `its owner is ${now.uid}:${now.gid} and was ${held.uid}:${held.gid}`;
  }
  return undefined;
};

/** "backup r-1 of 2026-11-23T04:00:00Z: 24 files, etcd/production at revision 1204 with 310 keys" */
export const describeBackup = (manifest: BackupManifest): string => {
  const { id, createdAt, files, objects = [], groups } = manifest;
  return [
    `backup ${id} of ${formatInstant(createdAt)}: ${files.length} files`,
    ...(objects.length === 0 ? [] : [`${objects.length} fields of objects`]),
    ...groups.map(
      ({ group, revision, keys }) => `${group} at revision ${revision} with ${keys} keys`,
    ),
  ].join(", ");
};
