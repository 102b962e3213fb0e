import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createWriteStream, readFileSync } from "node:fs";
import { cp, mkdir, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join, resolve } from "node:path";
import { finished } from "node:stream/promises";
import { findEtcdPrograms } from "../../adapters/backup/etcd-programs.ts";
import { lastLine } from "../../adapters/backup/run-to-end.ts";
import { makeWorkplace, removeWorkplace } from "../../adapters/backup/workplace.ts";
import { systemClock } from "../../adapters/clock/system-clock.ts";
import { digests } from "../../adapters/crypto/node-digests.ts";
import { keyMaker } from "../../adapters/crypto/node-keys.ts";
import { verifySignature } from "../../adapters/crypto/node-verify.ts";
import { localFiles } from "../../adapters/files/local-files.ts";
import { localFolders } from "../../adapters/files/local-folders.ts";
import { freePorts } from "../../adapters/etcd/free-ports.ts";
import {
  openScratchMembers,
  scratchService,
  type ScratchMembers,
} from "../../adapters/rehearsal/scratch-members.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import type { EtcdCluster } from "../../core/model/estate.ts";
import { scratchCluster } from "../../core/rehearsal/scratch-cluster.ts";
import { carryOutInit } from "../../engine/etcd/init/carry-out.ts";
import { surveyInit } from "../../engine/etcd/init/survey.ts";
import { clientPaths } from "../../engine/etcd/layout.ts";
import { copyIssuers } from "../../engine/rehearsal/copy-issuers.ts";
import { takeSnapshot } from "../../engine/rehearsal/take-snapshot.ts";
import { untilHealthy } from "../../engine/rehearsal/until-healthy.ts";
import type { RotationPorts } from "../../engine/rotation/ports.ts";
import { directoryOf, type PkiChoice } from "../pki/open-pki.ts";
import { openRotationPorts } from "../rotation/rotation-ports.ts";
import type { Terminal } from "../terminal.ts";

export interface RehearsalCopy {
  readonly cluster: EtcdCluster;
  /** With the copy's own authority, and machines on which its members are restarted. */
  readonly ports: OpenedPorts;
  /** Its PKI and run belong here. */
  readonly choice: PkiChoice;
  /** Version of the etcd that it runs. */
  readonly version: string;
  /** Ends its processes and removes its files. */
  close(): Promise<void>;
}

/** With the sealer of its keystore. */
type OpenedPorts = ReturnType<typeof openRotationPorts>;

/** Copying a restored database that was not closed costs a while: as etcd's own limit for its start in our unit. */
const startDeadline = 90_000;

/**
 * The estate's cluster once more on this machine, from a snapshot of its data: real etcd processes on 127.0.0.1 with
 * certificates of a throw-away PKI of the same shape. Reads one member of the original; touches nothing else of it.
 * Throws rehearsal.*.
 */
export const openCopy = async (
  terminal: Terminal,
  choice: PkiChoice,
  cluster: EtcdCluster,
  options: { readonly etcd: string | undefined; readonly deadline: number },
): Promise<RehearsalCopy> => {
  const programs = await findEtcdPrograms({
    named: options.etcd,
    searchPath: terminal.env["PATH"] ?? "",
  });
  if (!programs.ok) throw failure("rehearsal.no-etcd", { why: programs.why });
  const folder = makeWorkplace(resolve(directoryOf(choice), "rehearsals"), "scratch");
  let members: ScratchMembers | undefined;
  let scratchPorts: OpenedPorts | undefined;
  const close = async (): Promise<void> => {
    process.off("exit", remove);
    await members?.stop();
    scratchPorts?.authority.close();
    remove();
  };
  const remove = (): void => removeWorkplace(folder);
  process.on("exit", remove);
  try {
    const real = openRotationPorts(terminal, choice);
    const snapshot = join(folder, "snapshot.db");
    const scratchChoice = await scratchPki(folder);
    const ports = openRotationPorts(terminal, scratchChoice, "create");
    scratchPorts = ports;
    try {
      const file = createWriteStream(snapshot, { mode: 0o600 });
      await takeSnapshot(real, cluster, options.deadline, async (piece) => {
        if (!file.write(piece)) await once(file, "drain");
      });
      file.end();
      await finished(file);
      await copyIssuers(await real.authority.issuers(), ports.authority);
    } finally {
      real.authority.close();
    }
    const scratch = scratchCluster(cluster, {
      folder,
      ports: await freePorts(2 * cluster.members.length),
      binary: programs.etcd,
      owner: { user: userInfo().username },
      service: scratchService,
    });
    members = openScratchMembers(scratch, ports.nodes);
    // First, because etcdctl 3.4 restores into no folder that is there.
    await members.restore(programs.restore, snapshot);
    await writeFiles(scratch, ports);
    members.start();
    const withMembers = { ...ports, nodes: members.nodes };
    const why = await untilHealthy(withMembers, scratch, startDeadline);
    if (why !== undefined) throw failure("rehearsal.not-started", { why, log: lastWords(scratch) });
    return {
      cluster: scratch,
      ports: withMembers,
      choice: scratchChoice,
      version: programs.version,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};

const scratchPki = async (folder: string): Promise<PkiChoice & { readonly dir: string }> => {
  const passphraseFile = join(folder, "passphrase");
  await writeFile(passphraseFile, `${randomBytes(24).toString("base64url")}\n`, { mode: 0o600 });
  return { dir: join(folder, "pki"), passphraseFile };
};

/** What `certwright etcd init --in-place` writes, for the copy. */
const writeFiles = async (scratch: EtcdCluster, { authority }: RotationPorts): Promise<void> => {
  const { uid, gid } = userInfo();
  const context = {
    cluster: scratch,
    members: scratch.members,
    placement: { kind: "in-place", owner: { uid, gid } },
    files: localFiles,
    tools: { digests, verifySignature, keyMaker, now: systemClock.now() },
  } as const;
  const plan = await surveyInit(context, await authority.issuers());
  await carryOutInit(plan, context, authority, localFolders);
  for (const client of scratch.clients) {
    const user = scratch.users.find(({ name }) => name === client.user)!;
    const { folder: from } = clientPaths(scratch, user);
    const to = join(client.certificate, "..");
    if (from === to) continue;
    await mkdir(to, { recursive: true, mode: 0o700 });
    await cp(from, to, { recursive: true });
  }
};

const lastWords = ({ members }: EtcdCluster): string =>
  members
    .map(({ name, configDirectory }) => {
      const log = readFileSync(join(configDirectory, "etcd.log"), "utf8");
      return `  ${name}: ${lastLine(log).slice(0, 400)}`;
    })
    .join("\n");
