import type { Claim } from "../model/claim.ts";
import type { Instant } from "../model/certificate.ts";
import type { MadeFile } from "../model/made-file.ts";
import type { Effect, Phase, Step, StepId } from "../model/plan.ts";
import type { Making } from "./made-files.ts";

export interface RecoveryOptions extends Making {
  /** Folder on each node that takes the cold copy. */
  readonly copyTo: string;
  /** Absolute path of the kubeconfig on the operator's machine that is made anew; absent: a node's own is used. */
  readonly operatorKubeconfig?: string;
  /** Workers that can be reached; the others have to be given their files by somebody. */
  readonly workers: readonly string[];
  /** Node whose etcd data the cluster goes on with, where the members that have theirs are no majority. */
  readonly restoreFrom?: string;
  /** A snapshot on that node that takes the place of its data. */
  readonly snapshot?: SnapshotFound;
  /** Whether the operator's estate names workloads to be asked about. */
  readonly asksBefore: boolean;
}

/** A file that etcdctl snapshot save has written. */
export interface SnapshotFound {
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
  /** When it was last written to, by its machine's clock. */
  readonly changedAt: Instant;
}

/**
 * Milliseconds, for people: measured on one quiet master; a start is what the kubelet takes to notice a manifest
 * (fileCheckFrequency, 20 s), and what etcd or an API server then takes to be well on a busy one (15 s).
 */
export const takes = {
  copy: 2000,
  issuer: 1000,
  files: 2000,
  start: 35_000,
  kubelet: 10_000,
  lead: 40_000,
  publish: 10_000,
  rollout: 20_000,
};

export const healthy = (group: string): Extract<Claim, { kind: "healthy" }> => ({
  kind: "healthy",
  group,
});

export const phase = (id: string, title: string, why: string, steps: readonly Step[]): Phase => ({
  id,
  title,
  why,
  steps,
  rollback: [],
});

export const step = (
  id: string,
  title: string,
  effect: Effect,
  proves: readonly Claim[],
  rest: Partial<
    Pick<Step, "needs" | "hazard" | "approval" | "expected" | "requires" | "risk" | "beside">
  >,
): Step => ({
  id: id as StepId,
  title,
  needs: rest.needs ?? [],
  requires: rest.requires ?? [],
  effect,
  proves,
  hazard: rest.hazard ?? "safe",
  approval: rest.approval ?? false,
  expected: rest.expected ?? takes.files,
  ...(rest.risk === undefined ? {} : { risk: rest.risk }),
  ...(rest.beside === undefined ? {} : { beside: rest.beside }),
});

export const etcdGroup = ({ cluster }: RecoveryOptions): string => `etcd/${cluster.name}`;

export const filesWords = ({ length }: readonly MadeFile[]): string =>
  length === 1 ? "1 file" : `${length} files`;
