import { looseWords } from "../../../core/applications/api-user.ts";
import { chooseApplications, workloadWords } from "../../../core/applications/choose.ts";
import type { Application } from "../../../core/applications/find-applications.ts";
import type { Published } from "../../../core/applications/freshness.ts";
import {
  nodeTrouble,
  type NodeConditions,
  type StartingPod,
} from "../../../core/applications/pod-trouble.ts";
import type { Instant } from "../../../core/model/certificate.ts";
import type { PlannedWorkload } from "../../../core/model/estate.ts";
import type { RenewedPods } from "../../../core/model/plan.ts";
import { turns } from "../../../core/plan/phases/turns.ts";
import { some } from "../../../core/text/some.ts";
import { lookForApplications } from "../../applications/look-for-applications.ts";
import type { Material } from "../../etcd/check/material.ts";
import { attempt } from "../attempt.ts";
import { podsPath, rolloutOf, whyNoRollout, workloadPath } from "../kubernetes/rollout.ts";
import type { Look } from "../look.ts";
import { publishedIn } from "./pods-informed.ts";
import { fails, holds, unknowable, type Seen } from "./seen.ts";

/** Pods that were started before what they are given was good. */
export interface DeadPods {
  /** Workloads whose pods are to be replaced, in their turns. */
  readonly workloads: readonly DeadWorkload[];
  /** In words. */
  readonly older: readonly string[];
  /** Those that nobody makes again, or who does is left alone: told, and not waited for. */
  readonly left: readonly string[];
}

export interface DeadWorkload {
  readonly workload: PlannedWorkload;
  /** Nodes of its pods that are not ready: its controller waits for them, and a run must not. */
  readonly away: readonly string[];
}

/** Finds them; a `Seen` says why they cannot be found, or not yet. */
export const deadPods = async (look: Look, wanted: RenewedPods): Promise<DeadPods | Seen> => {
  const { kubernetes } = look.at.layout;
  if (kubernetes === undefined) return unknowable("the estate has no Kubernetes cluster");
  const trusted =
    wanted.trust === undefined
      ? new Map<string, Published>()
      : await publishedIn(look, wanted.trust);
  if ("verdict" in trusted) return trusted;
  const tokens = wanted.tokens ? await lastStart(look) : ({ ok: true, value: 0 } as const);
  if (!tokens.ok) return unknowable(tokens.why);
  const found = await attempt(async () =>
    lookForApplications(await look.at.apis.open(), {
      published: (namespace) => {
        const { made, changed } = trusted.get(namespace) ?? { made: 0, changed: 0 };
        return { made, changed: Math.max(changed, tokens.value) };
      },
      // An outage makes everybody silent.
      heard: undefined,
    }),
  );
  if (!found.ok) return unknowable(found.why);
  const { workloads, loosePods } = found.value;
  const { restart } = kubernetes.applications;
  const listed = new Set(kubernetes.workloads.map(workloadWords));
  const dead = workloads.filter(({ older }) => older > 0);
  const isWanted = (one: Application): boolean =>
    restart === "discovered" || listed.has(workloadWords(one));
  const unlisted = dead.filter((one) => !isWanted(one));
  const chosen = chooseApplications({ ...kubernetes, workloads: [] }, dead.filter(isWanted));
  const here = await Promise.all(
    chosen.restarted
      .filter(
        ({ asks = false, turn = "rest" }) => asks === wanted.asked && wanted.turns.includes(turn),
      )
      .map(async (workload) => Object.assign({ workload }, await obstacles(look, workload))),
  );
  const replaced = here.filter(({ why }) => why === undefined);
  const names = new Set(replaced.map(({ workload }) => workloadWords(workload)));
  const rank = ({ workload: { turn = "rest" } }: DeadWorkload): number => turns.indexOf(turn);
  return {
    workloads: replaced.toSorted((a, b) => rank(a) - rank(b)),
    older: dead.filter((one) => names.has(workloadWords(one))).map(olderWords),
    left: [
      ...here.flatMap(({ workload, why }) =>
        why === undefined ? [] : [`${workloadWords(workload)}: ${why}`],
      ),
      ...[...chosen.excluded, ...unlisted].map(
        (one) => `${workloadWords(one)}: certwright.yaml leaves it alone`,
      ),
      ...loosePods
        .filter(({ older }) => older)
        .map((one) => `pod ${looseWords(one)}: nobody makes it again`),
    ],
  };
};

const olderWords = (one: Application): string =>
  `${workloadWords(one)} (${one.older} of ${one.pods} pods)`;

/** When the API server that was started last was: whatever signed tokens before may have signed with another key. */
const lastStart = async (look: Look): Promise<Material<Instant>> => {
  const servers = [...look.at.layout.consumers.values()].filter(
    ({ kubernetes }) => kubernetes?.kind === "kube-apiserver",
  );
  let last = 0;
  for (const { id } of servers) {
    const process = await look.process(id);
    if (!process.ok) return process;
    if (process.value === undefined) return { ok: false, why: `${id} is not running` };
    last = Math.max(last, process.value.startedAt);
  }
  return { ok: true, value: last };
};

/**
 * What keeps its controller from replacing them. One that does not do so by itself is its owner's to be moved. A
 * DaemonSet with pods on a node that is not ready has used up what may be unavailable (pkg/controller/daemon/update.go),
 * a StatefulSet waits for each of its pods: their rollout is begun, and goes on when the node is back.
 */
const obstacles = async (
  look: Look,
  workload: PlannedWorkload,
): Promise<Pick<DeadWorkload, "away"> & { readonly why?: string }> => {
  const object = await look.get(workloadPath(workload));
  if (!object.ok || object.value === undefined) return { away: [] };
  const why = whyNoRollout(object.value);
  if (why !== undefined) return { away: [], why };
  if (workload.kind === "Deployment") return { away: [] };
  const [pods, nodes] = await Promise.all([
    look.list(podsPath(workload, object.value)),
    look.list("/api/v1/nodes"),
  ]);
  if (!pods.ok || !nodes.ok) return { away: [] };
  const unready = new Set(
    [...nodes.value.values()].flatMap((node) =>
      nodeTrouble(node as NodeConditions) === undefined ? [] : [node.metadata.name],
    ),
  );
  const away = [...pods.value.values()]
    .map((pod) => (pod as StartingPod).spec?.nodeName ?? "")
    .filter((name) => unready.has(name));
  const { updated, wanted } = rolloutOf(workload.kind, object.value);
  return away.length > 0 && updated < wanted
    ? { away, why: `its rollout goes on when ready again: ${some(away)}` }
    : { away };
};

export const observePodsRenewed = async (look: Look, claim: RenewedPods): Promise<Seen> => {
  const found = await deadPods(look, claim);
  if ("verdict" in found) return found;
  const { older, left } = found;
  const besides = left.length === 0 ? "" : `; left to their owners: ${some(left)}`;
  return older.length === 0
    ? holds("api", `no such pod is from before${besides}`)
    : fails("api", `from before: ${some(older)}${besides}`);
};
