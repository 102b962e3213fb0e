import { once } from "node:events";
import { createWriteStream, existsSync } from "node:fs";
import { cp, mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { finished } from "node:stream/promises";
import { makeWorkplace, removeWorkplace } from "../../adapters/backup/workplace.ts";
import { enterNamespaces, namespaceWords } from "../../adapters/rehearsal/plane/enter.ts";
import { findPlanePrograms } from "../../adapters/rehearsal/plane/programs.ts";
import { copyDatabase } from "../../adapters/store/database.ts";
import type { ExitCode } from "../../core/errors/definition.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import { etcdOf } from "../../core/estate/etcd-of.ts";
import type { Estate, EtcdCluster, KubernetesCluster } from "../../core/model/estate.ts";
import type { PlaneOrder } from "../../core/rehearsal/plane-order.ts";
import { copyPlane } from "../../engine/rehearsal/copy-plane.ts";
import { takeSnapshot } from "../../engine/rehearsal/take-snapshot.ts";
import { directoryOf, type PkiChoice } from "../pki/open-pki.ts";
import { passphraseSource } from "../pki/passphrase.ts";
import { openRotationPorts } from "../rotation/rotation-ports.ts";
import type { Terminal } from "../terminal.ts";

export interface PlaneChoice extends PkiChoice {
  readonly programs: string | undefined;
  readonly etcdBin: string | undefined;
  readonly timeout: number;
}

/**
 * Reads what a copy of the cluster's control plane is made of, and has the rehearsal done in namespaces of its own by
 * this very command. The estate is only read. Throws rehearsal.*.
 */
export const rehearseOutside = async (
  terminal: Terminal,
  choice: PlaneChoice,
  estate: Estate,
  cluster: KubernetesCluster,
): Promise<ExitCode> => {
  const etcd = etcdOf(estate);
  const isKnown = cluster.etcd !== undefined || cluster.components !== undefined;
  if (etcd === undefined || !isKnown) {
    throw failure("rehearsal.other-layout", { cluster: cluster.name });
  }
  const programs = await findPlanePrograms(choice.programs, {
    named: choice.etcdBin,
    searchPath: terminal.env["PATH"] ?? "",
    version: cluster.version,
  });
  const words = await namespaceWords();
  const folder = makeWorkplace(resolve(directoryOf(choice), "rehearsals"), "scratch");
  const remove = (): void => removeWorkplace(folder);
  process.on("exit", remove);
  try {
    const passphrase = askedOnce(terminal, choice);
    const done = terminal.progress("copying the control plane");
    const order = await copied(terminal, { ...choice, passphrase }, { estate, etcd }, folder)
      .then(async (plane): Promise<PlaneOrder> => ({
        plane,
        programs,
        passphrase: existsSync(keysOf(choice))
          ? Buffer.from(await passphrase()).toString("base64")
          : undefined,
      }))
      .finally(done);
    return await inside(terminal, enterNamespaces(words, folder), order);
  } finally {
    process.off("exit", remove);
    remove();
  }
};

const keysOf = (choice: PkiChoice): string => join(directoryOf(choice), "keys");

/** For us and for the copy; a descriptor can be read once only, and a person is asked once. */
const askedOnce = (terminal: Terminal, choice: PkiChoice): (() => Promise<Uint8Array>) => {
  let asked: Promise<Uint8Array> | undefined;
  return async () => {
    asked ??= passphraseSource(terminal, choice).current(join(keysOf(choice), "keystore.json"));
    // Whoever gets it overwrites it.
    return Uint8Array.from(await asked);
  };
};

const copied = async (
  terminal: Terminal,
  choice: PlaneChoice,
  { estate, etcd }: { readonly estate: Estate; readonly etcd: EtcdCluster },
  folder: string,
) => {
  const ports = openRotationPorts(terminal, choice);
  try {
    const file = createWriteStream(join(folder, "snapshot.db"), { mode: 0o600 });
    await takeSnapshot(ports, etcd, choice.timeout, async (piece) => {
      if (!file.write(piece)) await once(file, "drain");
    });
    file.end();
    await finished(file);
    const pki = join(folder, "pki");
    await mkdir(pki, { mode: 0o700 });
    copyDatabase(join(directoryOf(choice), "store.sqlite"), join(pki, "store.sqlite"));
    // As they are: under their passphrase.
    if (existsSync(keysOf(choice)))
      await cp(keysOf(choice), join(pki, "keys"), { recursive: true });
    return await copyPlane(ports, estate);
  } finally {
    ports.authority.close();
  }
};

/** The exit code of the process inside. Ctrl-C ends it in good order, a second one at once. */
const inside = async (
  terminal: Terminal,
  child: ReturnType<typeof enterNamespaces>,
  order: PlaneOrder,
): Promise<ExitCode> => {
  const kill = (): void => void child.kill("SIGKILL");
  process.on("exit", kill);
  const giveBack = terminal.takeInterruption(() => child.stdin!.end());
  // One that ended early tells by its exit code.
  child.stdin!.on("error", () => undefined);
  child.stdin!.write(`${JSON.stringify(order)}\n`);
  try {
    const [code] = (await once(child, "exit")) as [number | null];
    return (code ?? 1) as ExitCode;
  } finally {
    giveBack();
    process.off("exit", kill);
  }
};
