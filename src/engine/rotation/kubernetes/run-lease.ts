import { failure, isFailure } from "../../../core/errors/certwright-error.ts";
import { stages, type Stage } from "../../../core/model/stage.ts";
import type { Instant } from "../../../core/model/certificate.ts";
import { formatInstant } from "../../../core/x509/time.ts";
import type { KubernetesApi, KubernetesObject } from "../../../ports/kubernetes.ts";

// A run holds a Lease of the cluster from before its first write until it is closed, so that nobody begins another one
// from elsewhere, and everybody who reaches the API can see whose it is. It does not run out: a run that waits for a day
// is open for that day, and so is one whose machine is gone, until somebody has looked. Within one directory the file
// lease keeps two processes apart; this one keeps two directories apart.

const namespace = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";
const name = "certwright";
const path = `${namespace}/${name}`;
const mark = (word: string): string => `certwright.io/${word}`;

/** Who has the cluster, as its Lease tells. */
export interface RunLease {
  /** "alice@bastion" */
  readonly holder: string;
  readonly run: string;
  /** Of the estate that the run's directory keeps: EstateVersion.lineage. */
  readonly lineage: string;
  /** In words. */
  readonly goal: string;
  readonly since: Instant;
  /** Of the last note. */
  readonly renewedAt: Instant;
  /** "at work", "paused: …": where it was then. */
  readonly state: string;
  readonly phase?: string;
  /** Of the issuers that the run is about, as they were then; without those that are long retired. */
  readonly generations: readonly LeasedGeneration[];
}

export interface LeasedGeneration {
  readonly issuer: string;
  readonly number: number;
  readonly stage: Stage;
}

/** Where a run is. */
export interface RunNote extends RunLeaseOrder, Pick<RunLease, "state" | "phase"> {
  /** Absent: what was told last stays. */
  readonly generations?: RunLease["generations"];
}

export type RunLeaseOrder = Pick<RunLease, "holder" | "run" | "lineage" | "goal">;

/** Undefined when nobody has it. Throws kubernetes.*. */
export const lookAtRunLease = async (api: KubernetesApi): Promise<RunLease | undefined> => {
  const found = await api.get(path);
  return found === undefined ? undefined : read(found);
};

/** For a run that begins or goes on. Throws lease.of-another-run, kubernetes.*. */
export const takeRunLease = async (
  api: KubernetesApi,
  order: RunLeaseOrder,
  now: Instant,
): Promise<void> => {
  const held = await lookAtRunLease(api);
  if (held !== undefined) {
    if (held.lineage !== order.lineage || held.run !== order.run) throw ofAnother(held);
    await noteRunLease(api, { ...order, state: "at work" }, now);
    return;
  }
  try {
    await api.create(namespace, {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name, annotations: annotations({ ...order, state: "at work" }) },
      spec: { ...spec(order, now), acquireTime: micro(now) },
    });
  } catch (error) {
    if (!isFailure(error, "kubernetes.conflict")) throw error;
    // Somebody was faster.
    const other = await lookAtRunLease(api);
    throw other === undefined ? error : ofAnother(other);
  }
};

/** Where the run is, for whoever looks. Throws kubernetes.*. */
export const noteRunLease = async (
  api: KubernetesApi,
  note: RunNote,
  now: Instant,
): Promise<void> => {
  await api.patch(path, "merge", body(note, now));
};

/** When the run is closed; another's is left alone. Throws kubernetes.*. */
export const giveBackRunLease = async (
  api: KubernetesApi,
  { lineage, run }: Pick<RunLeaseOrder, "lineage" | "run">,
): Promise<void> => {
  const held = await lookAtRunLease(api);
  if (held?.lineage === lineage && held.run === run) await api.delete(path);
};

const ofAnother = ({ holder, run, goal, since, state }: RunLease): Error =>
  failure("lease.of-another-run", { holder, run, goal, state, since: formatInstant(since) });

const body = (note: RunNote, now: Instant): object => ({
  metadata: { annotations: annotations(note) },
  spec: spec(note, now),
});

const annotations = ({
  run,
  lineage,
  goal,
  state,
  phase,
  generations,
}: RunNote): Readonly<Record<string, string | null>> => ({
  [mark("run")]: run,
  [mark("lineage")]: lineage,
  [mark("goal")]: goal,
  [mark("state")]: state,
  [mark("phase")]: phase ?? null,
  ...(generations === undefined ? {} : { [mark("generations")]: writeGenerations(generations) }),
});

/** "etcd-ca=1:trusted,2:issuing": an issuer's name has neither of these signs. */
const writeGenerations = (generations: RunLease["generations"]): string => {
  const words = new Map<string, string[]>();
  for (const { issuer, number, stage } of generations) {
    words.set(issuer, [...(words.get(issuer) ?? []), `${number}:${stage}`]);
  }
  return [...words].map(([issuer, own]) => `${issuer}=${own.join(",")}`).join(" ");
};

/** What somebody else has written there is left out. */
const readGenerations = (text: string): RunLease["generations"] =>
  text.split(" ").flatMap((word) => {
    const [issuer = "", own = ""] = word.split("=", 2);
    return own.split(",").flatMap((one) => {
      const [number = "", stage] = one.split(":", 2);
      const known = stages.find((each) => each === stage);
      return known === undefined ? [] : [{ issuer, number: Number(number), stage: known }];
    });
  });

const spec = ({ holder }: RunLeaseOrder, now: Instant): object => ({
  holderIdentity: holder,
  renewTime: micro(now),
});

/** metav1.MicroTime has six digits. */
const micro = (at: Instant): string =>
  `${formatInstant(at).slice(0, 19)}.${String(at % 1000).padStart(3, "0")}000Z`;

const read = ({ metadata, spec: said }: KubernetesObject): RunLease => {
  const { holderIdentity, acquireTime, renewTime } = (said ?? {}) as Readonly<
    Record<string, unknown>
  >;
  const note = (word: string): string => metadata.annotations?.[mark(word)] ?? "";
  const at = (time: unknown): Instant => Date.parse(String(time)) || 0;
  const phase = note("phase");
  return {
    holder: String(holderIdentity ?? ""),
    run: note("run"),
    lineage: note("lineage"),
    goal: note("goal"),
    state: note("state"),
    since: at(acquireTime),
    renewedAt: at(renewTime),
    generations: readGenerations(note("generations")),
    ...(phase === "" ? {} : { phase }),
  };
};
