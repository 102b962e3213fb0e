import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { prefixRange } from "../../core/estate/key-range.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import type { ScratchEtcd, ScratchMember, ScratchPrograms } from "../../ports/backups.ts";
import type { EtcdAnswer, EtcdConnection } from "../../ports/etcd.ts";
import { systemClock } from "../clock/system-clock.ts";
import { keyMaker } from "../crypto/node-keys.ts";
import { freePorts } from "../etcd/free-ports.ts";
import { grpcEtcd } from "../etcd/grpc-etcd.ts";
import { fileFailure } from "../files/errno.ts";
import { fileSystem } from "../files/file-system.ts";
import { createSystemRandom } from "../random/system-random.ts";
import { findEtcdPrograms, type EtcdChoice } from "./etcd-programs.ts";
import { lastLine, runToEnd } from "./run-to-end.ts";
import { makeScratchPki } from "./scratch-pki.ts";
import { makeWorkplace, PROCESS_FILE, removeWorkplace } from "./workplace.ts";

/** etcd writes the database anew when it restores, and its log takes 64 MB at the start (wal.SegmentSizeBytes). */
const LOG_ROOM = 128 * 1024 ** 2;
/** For restoring and for starting: half a minute, and a second for each 2 MB, which a slow disk manages. */
const patience = (bytes: number): number => 30_000 + bytes / 2000;
/** For SIGTERM; a single member has nobody to hand over to, and its data is thrown away anyhow. */
const END_DEADLINE = 3000;
/** A port that was free may be taken before etcd has it. */
const PORT_ATTEMPTS = 3;

export interface ScratchOptions {
  /** Where the scratch folder is made; with the decrypted data in it, so a place that only the operator can enter. */
  readonly parent: string;
  readonly choice: EtcdChoice;
}

export const scratchEtcd = ({ parent, choice }: ScratchOptions): ScratchEtcd => ({
  find: () => findEtcdPrograms(choice),
  use: async (programs, snapshot, work) => {
    const folder = makeWorkplace(parent, "scratch");
    const remove = (): void => removeWorkplace(folder);
    process.once("exit", remove);
    try {
      await writeSnapshot(folder, snapshot);
      return await serve(folder, programs, snapshot.size, work);
    } finally {
      process.off("exit", remove);
      remove();
    }
  },
});

type Programs = ScratchPrograms & { readonly ok: true };
type Snapshot = Parameters<ScratchEtcd["use"]>[1];

const writeSnapshot = async (folder: string, { size, pieces }: Snapshot): Promise<void> => {
  const needed = 2 * size + LOG_ROOM;
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free < needed) throw failure("backup.scratch-no-room", { folder, needed, free });
  const path = join(folder, "snapshot.db");
  try {
    await using file = await open(path, "wx", 0o600);
    for await (const piece of pieces) await file.appendFile(piece);
  } catch (error) {
    throw fileFailure(fileSystem, path, "write", error);
  }
};

const serve = async <T>(
  folder: string,
  programs: Programs,
  size: number,
  work: (scratch: ScratchMember) => Promise<T>,
): Promise<T> => {
  const { ca, server, root } = makeScratchPki(systemClock.now(), {
    keyMaker,
    random: createSystemRandom(),
  });
  const files = { ca: join(folder, "ca.crt"), cert: join(folder, "crt"), key: join(folder, "key") };
  writeFileSync(files.ca, ca, { mode: 0o600 });
  writeFileSync(files.cert, server.certificate, { mode: 0o600 });
  writeFileSync(files.key, server.key, { mode: 0o600 });
  let last = "";
  for (let attempt = 1; attempt <= PORT_ATTEMPTS; attempt += 1) {
    const [client, peer] = (await freePorts(2)) as [number, number];
    await restore(folder, programs, peer, size);
    const child = start(folder, programs, files, client, peer);
    const connection = await grpcEtcd.connect(
      { host: "127.0.0.1", port: client },
      { ca, ...root },
      patience(size),
    );
    const end = (): void => void child.kill("SIGKILL");
    process.once("exit", end);
    try {
      const ready = await untilReady(child, connection, patience(size));
      if (ready) return await work(memberOf(connection));
    } finally {
      connection.close();
      await endProcess(child);
      process.off("exit", end);
    }
    last = lastLine(readFileSync(join(folder, "log"), "utf8"));
    if (!last.includes("address already in use")) break;
  }
  throw failure("backup.scratch-silent", { why: last || "it ended" });
};

const NAME = "scratch";
const flags = (settings: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
const urlOf = (port: number): string => `https://127.0.0.1:${port}`;

const restore = async (
  folder: string,
  { restore: program }: Programs,
  peer: number,
  size: number,
): Promise<void> => {
  const data = join(folder, "data");
  rmSync(data, { recursive: true, force: true });
  const ran = await runToEnd(
    program,
    [
      "snapshot",
      "restore",
      join(folder, "snapshot.db"),
      ...flags({
        "data-dir": data,
        name: NAME,
        "initial-cluster": `${NAME}=${urlOf(peer)}`,
        "initial-advertise-peer-urls": urlOf(peer),
      }),
    ],
    // 3.4's etcdctl asks which interface is meant.
    { deadline: patience(size), env: { ETCDCTL_API: "3" } },
  );
  if (ran.code !== 0) throw failure("backup.scratch-failed", { program, why: ran.why });
};

const start = (
  folder: string,
  { etcd }: Programs,
  { ca, cert, key }: { readonly ca: string; readonly cert: string; readonly key: string },
  client: number,
  peer: number,
): ChildProcess => {
  const log = openSync(join(folder, "log"), "w", 0o600);
  const child = spawn(
    etcd,
    flags({
      name: NAME,
      "data-dir": join(folder, "data"),
      "listen-client-urls": urlOf(client),
      "advertise-client-urls": urlOf(client),
      "listen-peer-urls": urlOf(peer),
      "initial-advertise-peer-urls": urlOf(peer),
      "initial-cluster": `${NAME}=${urlOf(peer)}`,
      "cert-file": cert,
      "key-file": key,
      "trusted-ca-file": ca,
      "client-cert-auth": "true",
      "peer-cert-file": cert,
      "peer-key-file": key,
      "peer-trusted-ca-file": ca,
      "peer-client-cert-auth": "true",
      // It would dial its own member with the server's certificate.
      "enable-grpc-gateway": "false",
      logger: "zap",
      "log-outputs": "stderr",
    }),
    { env: {}, stdio: ["ignore", "ignore", log] },
  );
  closeSync(log);
  // What cannot be started is seen as one that ended.
  child.once("error", () => undefined);
  if (child.pid !== undefined) writeFileSync(join(folder, PROCESS_FILE), String(child.pid));
  return child;
};

const hasEnded = (child: ChildProcess): boolean =>
  child.pid === undefined || child.exitCode !== null || child.signalCode !== null;

/** Until it answers a linearizable read; false when it ended instead. Throws backup.scratch-silent. */
const untilReady = async (
  child: ChildProcess,
  connection: EtcdConnection,
  deadline: number,
): Promise<boolean> => {
  const until = systemClock.now() + deadline;
  let why = "";
  while (!hasEnded(child)) {
    const answer = await connection.count(prefixRange(""));
    if (answer.ok) return true;
    why = answer.message;
    if (systemClock.now() > until) throw failure("backup.scratch-silent", { why });
    await sleep(100);
  }
  return false;
};

const endProcess = async (child: ChildProcess): Promise<void> => {
  if (hasEnded(child)) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), END_DEADLINE);
  await ended;
  clearTimeout(timer);
};

const memberOf = (connection: EtcdConnection): ScratchMember => {
  const required = <T>(answer: EtcdAnswer<T>): T => {
    if (answer.ok) return answer.value;
    throw failure("backup.scratch-silent", { why: `${answer.message} (${answer.code})` });
  };
  return {
    keys: async (revision) => required(await connection.count(prefixRange(""), revision)),
    hash: async (revision) => required(await connection.hashKv(revision)),
  };
};
