import { join, resolve } from "node:path";
import { systemClock } from "../../adapters/clock/system-clock.ts";
import { digests } from "../../adapters/crypto/node-digests.ts";
import { verifySignature } from "../../adapters/crypto/node-verify.ts";
import { readEstateVersion } from "../../adapters/estate/estate-version.ts";
import { readEstate } from "../../adapters/estate/read-estate.ts";
import { fileExists } from "../../adapters/files/exists.ts";
import { localFiles } from "../../adapters/files/local-files.ts";
import { systemNodes } from "../../adapters/node/system-nodes.ts";
import { identifyKey } from "../../adapters/source/identify-key.ts";
import { tlsProbe } from "../../adapters/tls/tls-probe.ts";
import { CertwrightError, failure } from "../../core/errors/certwright-error.ts";
import type { ExitCode } from "../../core/errors/definition.ts";
import { digestOf } from "../../core/inventory/digest-of.ts";
import type { Estate, EtcdCluster } from "../../core/model/estate.ts";
import type { Phase, Plan } from "../../core/model/plan.ts";
import { planLifetime } from "../../core/plan/limits.ts";
import { sealPlan } from "../../core/plan/seal.ts";
import { etcdCasesOf } from "../../core/recovery/etcd-estate/cases.ts";
import type { EtcdFacts } from "../../core/recovery/etcd-estate/facts.ts";
import { judgeEtcd, type EtcdSituation } from "../../core/recovery/etcd-estate/judge.ts";
import { etcdRecoveryPhases } from "../../core/recovery/etcd-estate/plan.ts";
import { etcdVerdict } from "../../core/recovery/etcd-estate/verdict.ts";
import { verdictText } from "../../core/recovery/verdict.ts";
import { formatInstant } from "../../core/x509/time.ts";
import { lookAtEtcd } from "../../engine/recovery/etcd-look.ts";
import { layoutOf } from "../../engine/rotation/layout.ts";
import { writeData } from "../output.ts";
import { directoryOf, withPki } from "../pki/open-pki.ts";
import type { RunChoice } from "../run/run-options.ts";
import type { Terminal } from "../terminal.ts";
import { carryOutRecovery } from "./carry-out-recovery.ts";
import type { WayToMasters } from "./nodes.ts";

export interface EtcdRecoveryChoice extends RunChoice, Pick<WayToMasters, "master"> {
  readonly estate: string;
  readonly planOnly: boolean;
  readonly explain: boolean;
  readonly restoreEtcdFrom?: string | undefined;
  readonly kubeconfig?: string | undefined;
  readonly yes: boolean;
}

/** An etcd cluster without a Kubernetes one. */
export interface EtcdEstate {
  readonly file: string;
  readonly estate: Estate;
  readonly etcd: EtcdCluster;
}

/**
 * What is recovered when the estate has an etcd cluster and no Kubernetes one, and nobody has named control plane nodes.
 * A file that cannot be read as an estate is said when it is to be written.
 */
export const etcdEstate = async ({
  estate: path,
  master,
}: EtcdRecoveryChoice): Promise<EtcdEstate | undefined> => {
  const file = resolve(path);
  if (master.length > 0 || !fileExists(file)) return undefined;
  try {
    const estate = await readEstate(file, localFiles);
    const { etcd, kubernetes } = estate;
    return etcd === undefined || kubernetes !== undefined ? undefined : { file, estate, etcd };
  } catch (error) {
    if (!(error instanceof CertwrightError)) throw error;
    return undefined;
  }
};

export const recoverEtcd = async (
  terminal: Terminal,
  { file, estate, etcd }: EtcdEstate,
  choice: EtcdRecoveryChoice,
): Promise<ExitCode> => {
  refuseOptions(file, choice);
  const situation = judgeEtcd(await look(terminal, estate, etcd, choice));
  const { facts } = situation;
  const phases = etcdRecoveryPhases(situation, {
    stamp: formatInstant(facts.takenAt).replaceAll(/[-:]/g, "").slice(0, 15),
    clientsDirectory: etcd.clientsDirectory,
    edges: [...layoutOf(estate).edges.keys()],
  });
  const verdict = etcdVerdict(situation, phases);
  const isSound = verdict.verdict.case === "sound";
  const unseen = facts.members.filter(({ reachable }) => !reachable);
  if (choice.planOnly || isSound || choice.output === "text") {
    if (choice.output === "json") await writeData(terminal, "json", verdict);
    else terminal.write(verdictText(verdict));
  }
  if (isSound && unseen.length === 0) return 0;
  if (choice.planOnly) return 1;
  refuse(situation);
  // What certwright had may be lost, too.
  await withPki(terminal, choice, "create", () => Promise.resolve());
  const plan = planOf(situation, phases, choice);
  return await carryOutRecovery(terminal, { plan, estate, estateFile: file }, choice);
};

/** Throws recovery.not-for-etcd. */
const refuseOptions = (
  path: string,
  { explain, restoreEtcdFrom, kubeconfig }: EtcdRecoveryChoice,
): void => {
  const option = explain
    ? "--explain"
    : restoreEtcdFrom !== undefined
      ? "--restore-etcd-from"
      : kubeconfig === undefined
        ? undefined
        : "--kubeconfig";
  if (option !== undefined) throw failure("recovery.not-for-etcd", { path, option });
};

const look = async (
  terminal: Terminal,
  estate: Estate,
  etcd: EtcdCluster,
  choice: EtcdRecoveryChoice,
): Promise<EtcdFacts> => {
  let ended = terminal.progress("looking");
  const ports = {
    nodes: systemNodes,
    tls: tlsProbe,
    digests,
    verifySignature,
    identifyKey,
    clock: systemClock,
  };
  const progress = (what: string): void => {
    ended();
    ended = terminal.progress(`looking at ${what}`);
  };
  try {
    // Nothing is unlocked for it.
    if (!fileExists(join(directoryOf(choice), "store.sqlite")))
      return await lookAtEtcd({
        ports,
        estate,
        etcd,
        hasKey: () => Promise.resolve(false),
        progress,
      });
    return await withPki(terminal, choice, "use", (authority, hasKey) =>
      lookAtEtcd({ ports, estate, etcd, authority, hasKey, progress }),
    );
  } finally {
    ended();
  }
};

/** Everything that speaks against the first write. Throws recovery.*. */
const refuse = (situation: EtcdSituation): void => {
  const { members } = situation.facts;
  const [leading] = etcdCasesOf(situation);
  if (leading?.first === true)
    throw failure("recovery.first", {
      found: leading.id,
      title: leading.title,
      remedy: leading.remedy,
    });
  const unseen = members.filter(({ reachable }) => !reachable);
  if (unseen.length > 0)
    throw failure("recovery.unreachable", {
      nodes: unseen.map(({ name, why = "" }) => ({ node: name, why })),
    });
  for (const { name, readOnly = [], room } of members) {
    if (readOnly.length > 0) throw failure("recovery.read-only", { node: name, paths: readOnly });
    if (room !== undefined && room.free < room.needed)
      throw failure("recovery.no-room", { node: name, ...room });
  }
};

const planOf = (
  situation: EtcdSituation,
  phases: readonly Phase[],
  choice: EtcdRecoveryChoice,
): Plan => {
  const { facts } = situation;
  const [leading] = etcdCasesOf(situation);
  return sealPlan(
    {
      format: "certwright.plan/1",
      goal: { kind: "recover", cluster: facts.cluster, case: leading?.id ?? "sound" },
      basis: {
        inventory: digestOf(facts, digests),
        estate: readEstateVersion(directoryOf(choice)),
        parts: {},
      },
      createdAt: facts.takenAt,
      expiresAt: facts.takenAt + planLifetime,
      phases,
      blind: [],
    },
    digests,
  );
};
