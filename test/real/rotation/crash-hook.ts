/**
 * Loaded before certwright with `node --import`: kills the process at one place of the run at a time, from outside the
 * product's code. CRASH_SEEN is a file with the places where a process was killed already, one a line; the first other
 * place is added to it and is this process's last. So a run that is resumed until nothing kills it was killed once at
 * every place, and goes forward each time.
 * CRASH_AT is "records" (right after a record of the journal is durable) or "files" (right before an operation that
 * changes a file or folder, except the journal's and the lease's own). With CRASH_EVERYWHERE=1 the same thing done to
 * each member is a place of its own. With CRASH_SAMPLE="SEED N" about one place in N is one, each seed having others.
 */
import { createHash } from "node:crypto";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { basename } from "node:path";

const { appendFileSync, readFileSync } = fs;
const seenFile = process.env["CRASH_SEEN"] ?? "";
const mode = process.env["CRASH_AT"] ?? "";
const everywhere = process.env["CRASH_EVERYWHERE"] === "1";
const seen = new Set(readFileSync(seenFile, "utf8").split("\n"));

const [seed = "", oneIn = "1"] = (process.env["CRASH_SAMPLE"] ?? "").split(" ");
const isDrawn = (place: string): boolean =>
  createHash("sha256").update(`${seed} ${place}`).digest().readUInt32BE() % Number(oneIn) === 0;

const dieAt = (place: string): void => {
  if (seen.has(place) || !isDrawn(place)) return;
  appendFileSync(seenFile, `${place}\n`);
  process.kill(process.pid, "SIGKILL");
};

const paths = new Map<number, string>();
/** Of the line that is being written to the journal. */
let line = "";

/** Members, issuers, leaves and bundles are alike to each other, unless everywhere is meant. */
const alike = (words: string): string =>
  everywhere
    ? words
    : words
        .replaceAll(/etcd-\d/g, "member")
        .replaceAll(/etcd-\w+-ca\b/g, "issuer")
        .replaceAll(/\b(?:server|client|peer)-ca\.crt/g, "bundle.crt")
        .replaceAll(/\b(?:server|client|peer)\.crt/g, "leaf.crt")
        .replaceAll(/(?:pki|root|app)\//g, "");

/** Names that differ from run to run and try to try are one place, and so is all of a backup. */
const placeOf = (path: string): string =>
  path.includes("/backups/")
    ? "backup"
    : alike(path.split("/").slice(-3).join("/")).replaceAll(
        /[0-9a-zA-Z_-]*\d[0-9a-zA-Z_-]{7,}/g,
        "*",
      );

const isOwnBook = (path: string): boolean =>
  /^(?:journal|lease|control|store|estate)\b/.test(basename(path)) || path.startsWith("/dev/");

const beforeChange = (operation: string, path: string | undefined): void => {
  if (mode === "files" && path !== undefined && !isOwnBook(path)) {
    dieAt(`${operation} ${placeOf(path)}`);
  }
};

const recordOf = (text: string): string => {
  const { event } = JSON.parse(text) as { event: { kind: string; step?: string } };
  return alike(`${event.kind} ${event.step ?? ""}`);
};

const { openSync, closeSync, writeSync, fsyncSync } = fs;
const changing = fs.constants.O_CREAT | fs.constants.O_TRUNC;

fs.openSync = ((path: fs.PathLike, flags: number | string, permissions?: number) => {
  const writes = typeof flags === "number" ? (flags & changing) !== 0 : /[wa]/.test(flags);
  if (writes) beforeChange("open", String(path));
  const descriptor = openSync(path, flags, permissions);
  paths.set(descriptor, String(path));
  return descriptor;
}) as typeof fs.openSync;

fs.closeSync = (descriptor: number): void => {
  paths.delete(descriptor);
  closeSync(descriptor);
};

fs.writeSync = ((descriptor: number, data: Uint8Array | string, ...rest: never[]) => {
  const path = paths.get(descriptor);
  beforeChange("write", path);
  if (path?.endsWith("journal.jsonl") === true) line += Buffer.from(data).toString("utf8");
  return (writeSync as (...all: unknown[]) => number)(descriptor, data, ...rest);
}) as typeof fs.writeSync;

fs.fsyncSync = (descriptor: number): void => {
  const path = paths.get(descriptor);
  beforeChange("fsync", path);
  fsyncSync(descriptor);
  if (mode !== "records" || path?.endsWith("journal.jsonl") !== true || line === "") return;
  const record = recordOf(line);
  line = "";
  dieAt(record);
};

for (const name of ["ftruncateSync", "fchmodSync", "fchownSync"] as const) {
  const original = fs[name] as (descriptor: number, ...rest: unknown[]) => void;
  fs[name] = (descriptor: number, ...rest: unknown[]): void => {
    beforeChange(name.slice(0, -4), paths.get(descriptor));
    original(descriptor, ...rest);
  };
}

for (const name of ["unlinkSync", "rmdirSync", "mkdirSync"] as const) {
  const original = fs[name] as (path: fs.PathLike, ...rest: unknown[]) => undefined;
  fs[name] = ((path: fs.PathLike, ...rest: unknown[]) => {
    beforeChange(name.slice(0, -4), String(path));
    return original(path, ...rest);
  }) as (typeof fs)["mkdirSync"];
}

for (const name of ["renameSync", "linkSync", "symlinkSync"] as const) {
  const original = fs[name] as (from: fs.PathLike, to: fs.PathLike) => void;
  fs[name] = (from: fs.PathLike, to: fs.PathLike): void => {
    beforeChange(name.slice(0, -4), String(to));
    original(from, to);
  };
}

syncBuiltinESMExports();
