import type { Instant } from "../model/certificate.ts";
import type { KubernetesWorkload } from "../model/estate.ts";
import type { Turn } from "../model/inventory.ts";
import { apiUserOf, type LoosePod } from "./api-user.ts";
import { hasRead, startOf, type Published } from "./freshness.ts";
import { hasEnded, type Pod } from "./pod.ts";
import { isSilent, type Heard } from "./silence.ts";
import { turnOf } from "./turn.ts";

/** A workload whose pods have the cluster's CA before them. */
export interface Application extends KubernetesWorkload {
  readonly turn: Turn;
  /** Pods that run. */
  readonly pods: number;
  /** Those of them that were started before what is published now. */
  readonly older: number;
  /** The first few of those, and when the namespace's CA was published as it is. */
  readonly evidence?: OlderPods;
  /** Those of them that asked no API server for anything; absent: nobody listened. */
  readonly silent?: number;
  /** What the others called themselves when they asked, the first few; absent: nobody listened. */
  readonly agents?: readonly string[];
  /** When the first of its pods was started; absent: none has. */
  readonly oldestStart?: Instant;
}

export interface OlderPods {
  readonly published: Instant;
  /** By name, with the start of the first of their containers; 0: none has started. */
  readonly pods: readonly { readonly name: string; readonly startedAt: Instant }[];
}

export interface Applications {
  /** By namespace, name and kind. */
  readonly workloads: readonly Application[];
  readonly loosePods: readonly FoundPod[];
}

/** `older`: it was started before what is published now. */
export type FoundPod = LoosePod & { readonly older: boolean };

export interface ApplicationSearch {
  /** Keeps no more of it than a line. */
  add(pod: Pod): void;
  found(): Applications;
}

export interface SearchGround {
  /** Whether that pod holds a Lease, as one of several that elect a leader. */
  readonly leads: (namespace: string, pod: string) => boolean;
  /** When kube-root-ca.crt of that namespace was published as it is; undefined: it is not known. */
  readonly published: (namespace: string) => Published | undefined;
  readonly heard?: Heard | undefined;
}

/** Finds out pod by pod which workloads read the cluster's CA. */
export const searchApplications = ({
  leads,
  published,
  heard,
}: SearchGround): ApplicationSearch => {
  const workloads = new Map<string, Application>();
  const loosePods: FoundPod[] = [];
  return {
    add: (pod) => {
      if (hasEnded(pod) || pod.metadata.deletionTimestamp !== undefined) return;
      const user = apiUserOf(pod);
      if (user === undefined) return;
      const { namespace } = user;
      const since = published(namespace);
      const older = since !== undefined && !hasRead(pod, since);
      if (!user.controlled) {
        loosePods.push({ ...user, older });
        return;
      }
      const { kind, name } = user;
      const key = `${namespace}/${name} ${kind}`;
      const known = workloads.get(key);
      const started = startOf(pod);
      const starts = [known?.oldestStart ?? 0, started].filter((one) => one > 0);
      const turn = turnOf(user, pod, { leads: leads(namespace, pod.metadata.name) });
      workloads.set(key, {
        kind,
        namespace,
        name,
        // One of its pods leads, and the others stand by.
        turn: known === undefined || known.turn === "rest" ? turn : known.turn,
        pods: (known?.pods ?? 0) + 1,
        older: (known?.older ?? 0) + (older ? 1 : 0),
        ...evidenceOf(
          known,
          older ? { name: pod.metadata.name, startedAt: started } : undefined,
          since,
        ),
        ...(heard === undefined
          ? {}
          : {
              silent: (known?.silent ?? 0) + (isSilent(pod, heard) ? 1 : 0),
              agents: withAgents(known?.agents ?? [], heard.pods.get(pod.metadata.uid ?? "") ?? []),
            }),
        ...(starts.length === 0 ? {} : { oldestStart: Math.min(...starts) }),
      });
    },
    found: () => ({
      workloads: [...workloads].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one),
      loosePods,
    }),
  };
};

/** Enough to look after the rest by. */
const mostPods = 5;

const evidenceOf = (
  known: Application | undefined,
  pod: OlderPods["pods"][number] | undefined,
  since: Published | undefined,
): Pick<Application, "evidence"> => {
  const before = known?.evidence?.pods ?? [];
  const pods = (pod === undefined ? before : [...before, pod])
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .slice(0, mostPods);
  if (pods.length === 0 || since === undefined) return {};
  return { evidence: { published: Math.max(since.made, since.changed), pods } };
};

/** A client library has one, tools beside it others. */
const mostAgents = 5;

const withAgents = (known: readonly string[], more: Iterable<string>): readonly string[] =>
  [...new Set([...known, ...more])].toSorted().slice(0, mostAgents);
