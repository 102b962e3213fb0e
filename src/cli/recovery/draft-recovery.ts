import { hostname } from "node:os";
import { resolve } from "node:path";
import { digests } from "../../adapters/crypto/node-digests.ts";
import { readEstateVersion } from "../../adapters/estate/estate-version.ts";
import { parseEstate } from "../../adapters/estate/read-estate.ts";
import { createFile } from "../../adapters/files/create.ts";
import { fileExists } from "../../adapters/files/exists.ts";
import { fileSystem } from "../../adapters/files/file-system.ts";
import { estateText } from "../../core/discovery/estate-text.ts";
import { CertwrightError, failure } from "../../core/errors/certwright-error.ts";
import { digestOf } from "../../core/inventory/digest-of.ts";
import type { Estate } from "../../core/model/estate.ts";
import type { Plan } from "../../core/model/plan.ts";
import { planLifetime } from "../../core/plan/limits.ts";
import { sealPlan } from "../../core/plan/seal.ts";
import type { Situation } from "../../core/recovery/cases.ts";
import { utf8Of } from "../../core/bytes/utf8.ts";
import { canonicalJson } from "../../core/text/canonical-json.ts";
import { readFileBounded } from "../../adapters/files/read.ts";
import { casesOf } from "../../core/recovery/cases.ts";
import { discovered } from "../../core/recovery/discovered.ts";
import type { KnownCluster } from "../../core/recovery/known-cluster.ts";
import type { RecoveryIssuers } from "../../core/recovery/made-files.ts";
import type { TokenKeyFound } from "../../core/recovery/facts.ts";
import { otherClusters } from "../../core/recovery/other-clusters.ts";
import type { SnapshotFound } from "../../core/recovery/steps.ts";
import { recoveryPhases } from "../../core/recovery/plan.ts";
import { formatInstant } from "../../core/x509/time.ts";
import { directoryOf, type PkiChoice } from "../pki/open-pki.ts";
import type { Terminal } from "../terminal.ts";
import { issuerOfCa } from "./kept-cas.ts";
import type { WayToMasters } from "./nodes.ts";

export interface RecoveryChoice extends WayToMasters, PkiChoice {
  /** Where the estate is written; one that is there is used as it is. */
  readonly estate: string;
  /** Of the operator's, which is made anew; absent on a control plane node. */
  readonly kubeconfig?: string | undefined;
  /** With whose etcd data the cluster goes on, or with which snapshot there. */
  readonly restoreFrom?: string;
  readonly snapshot?: SnapshotFound;
  readonly kubeletRestart?: readonly string[] | undefined;
}

export interface DraftedRecovery {
  readonly plan: Plan;
  /** certwright.yaml for what was found. */
  readonly estateText: string;
}

const adminKubeconfig = "/etc/kubernetes/admin.conf";

/** The plan for what was found. Writes nothing. */
export const draftRecovery = (
  terminal: Terminal,
  situation: Situation,
  cluster: KnownCluster,
  choice: RecoveryChoice,
): DraftedRecovery => {
  const isLocal = choice.master.length === 0;
  const kubeconfig = isLocal ? adminKubeconfig : resolve(choice.kubeconfig ?? "kubeconfig");
  const { facts } = situation;
  const now = facts.takenAt;
  const stamp = formatInstant(now).replaceAll(/[-:]/g, "").slice(0, 15);
  const phases = recoveryPhases(situation, {
    cluster,
    issuers: issuersOf(situation),
    directory: facts.directory,
    tokenKeys: tokenKeysOf(situation),
    copyTo: `/var/lib/certwright/before-recovery-${stamp}`,
    ...(isLocal ? {} : { operatorKubeconfig: kubeconfig }),
    // From a control plane node nobody has a way to the others by itself.
    workers: facts.nodes
      .filter(({ role, reachable }) => role === "worker" && reachable)
      .map(({ name }) => name),
    asksBefore: asksBefore(choice),
    ...(choice.restoreFrom === undefined ? {} : { restoreFrom: choice.restoreFrom }),
    ...(choice.snapshot === undefined ? {} : { snapshot: choice.snapshot }),
  });
  const text = estateText(
    discovered(cluster, {
      kubeconfig,
      kubelet:
        choice.kubeletRestart === undefined
          ? { kind: "systemd", unit: "kubelet.service" }
          : { kind: "restart", command: choice.kubeletRestart },
      ssh: {
        sudo: choice.sudo,
        ...(choice.sshUser === undefined ? {} : { user: choice.sshUser }),
        ...(choice.sshConfig === undefined ? {} : { configuration: resolve(choice.sshConfig) }),
      },
      ...(isLocal ? { local: hostname() } : {}),
    }),
    new Date(terminal.now()).toISOString().slice(0, 10),
  );
  const [leading] = casesOf(situation);
  const plan = sealPlan(
    {
      format: "certwright.plan/1",
      goal: { kind: "recover", cluster: cluster.name, case: leading?.id ?? "sound" },
      basis: {
        inventory: digestOf(facts, digests),
        estate: { lineage: "", serial: 0 },
        parts: {},
      },
      createdAt: now,
      expiresAt: now + planLifetime,
      phases,
      blind: [],
    },
    digests,
  );
  return { plan, estateText: text };
};

/** What does not say so in words that can be read is told before the first write. */
const asksBefore = ({ estate }: RecoveryChoice): boolean => {
  const file = resolve(estate);
  if (!fileExists(file)) return false;
  try {
    const { kubernetes } = parseEstate(utf8Of(readFileBounded(file).bytes).text, file);
    return (kubernetes?.applications.askBefore ?? []).length > 0;
  } catch (error) {
    if (!(error instanceof CertwrightError)) throw error;
    return false;
  }
};

/** Of every witness, each once. */
const tokenKeysOf = ({ facts }: Situation): readonly TokenKeyFound[] => [
  ...new Map(
    facts.nodes.flatMap(({ witnesses }) => witnesses.tokenKeys.map((one) => [one.key, one])),
  ).values(),
];

/** The generations that certwright keeps; what is made anew or taken over begins with its first. */
const issuersOf = ({ facts: { kept } }: Situation): RecoveryIssuers => {
  const of = (name: keyof typeof issuerOfCa) => ({
    issuer: issuerOfCa[name],
    generation: kept.find(({ ca }) => ca === name)?.generation ?? 1,
  });
  return {
    ca: of("ca"),
    "front-proxy-ca": of("front-proxy-ca"),
    "etcd/ca": of("etcd/ca"),
    sa: of("sa"),
  };
};

/** What the run works on. */
export interface RecoveryEstate {
  readonly file: string;
  readonly estate: Estate;
  /** Of a file that is not there yet. */
  readonly text?: string;
}

/** Throws recovery.other-kubeconfig where the operator's would be made over what is not this cluster's alone. */
export const refuseOtherKubeconfig = (
  { plan }: DraftedRecovery,
  cluster: KnownCluster,
  choice: RecoveryChoice,
): void => {
  if (!plan.phases.some(({ id }) => id === "operator")) return;
  const path = resolve(choice.kubeconfig ?? "kubeconfig");
  if (!fileExists(path)) return;
  const leads = otherClusters(utf8Of(readFileBounded(path).bytes).text, path, cluster);
  if (leads.length > 0) throw failure("recovery.other-kubeconfig", { path, leads });
};

/** The estate that is there, if it is of this cluster; else what was found. Writes nothing. Throws estate.*, recovery.other-estate. */
export const estateFor = (
  { estateText: found }: DraftedRecovery,
  cluster: KnownCluster,
  choice: RecoveryChoice,
): RecoveryEstate => {
  const file = resolve(choice.estate);
  const drafted = parseEstate(found, file);
  if (!fileExists(file)) return { file, estate: drafted, text: found };
  const estate = parseEstate(utf8Of(readFileBounded(file).bytes).text, file);
  const why = differs(estate, drafted, cluster);
  if (why !== undefined) throw failure("recovery.other-estate", { path: file, why });
  return { file, estate };
};

/** Why a recovery cannot work by an estate that an operator has written. */
const differs = (
  { kubernetes: there }: Estate,
  { kubernetes: found }: Estate,
  { masters }: KnownCluster,
): string | undefined => {
  if (there === undefined) return "it has no Kubernetes cluster";
  const lacking = masters.filter(
    ({ name }) => !there.controlPlane.some((one) => one.name === name),
  );
  if (lacking.length > 0)
    return `its control plane lacks ${lacking.map(({ name }) => name).join(", ")}`;
  if (found !== undefined && there.kubeconfig !== found.kubeconfig)
    return `its kubeconfig is ${there.kubeconfig}, and ${found.kubeconfig} would be made`;
  return canonicalJson(there.issuers) === canonicalJson(found?.issuers)
    ? undefined
    : "it calls the cluster's issuers otherwise";
};

/** Writes the estate where there is none, and puts the plan on it. Throws file.*. */
export const settled = (
  { plan }: DraftedRecovery,
  { file, estate, text }: RecoveryEstate,
  choice: RecoveryChoice,
): { readonly plan: Plan; readonly estate: Estate; readonly estateFile: string } => {
  if (text !== undefined) createFile(fileSystem, file, Buffer.from(text));
  const { digest: _, ...content } = plan;
  const version = readEstateVersion(directoryOf(choice));
  const basis = { ...plan.basis, estate: version };
  return { plan: sealPlan({ ...content, basis }, digests), estate, estateFile: file };
};
