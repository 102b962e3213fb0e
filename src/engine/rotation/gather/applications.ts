import { chooseApplications } from "../../../core/applications/choose.ts";
import { looseWords, type LoosePod } from "../../../core/applications/api-user.ts";
import { some } from "../../../core/text/some.ts";
import { spanWords } from "../../../core/text/span.ts";
import type { Estate, KubernetesCluster } from "../../../core/model/estate.ts";
import type { BlindSpot } from "../../../core/model/inventory.ts";
import type { PlanFinding } from "../../../core/plan/finding.ts";
import { leftOutWords } from "../../applications/agent-words.ts";
import { listen } from "../../applications/listen.ts";
import { lookForApplications } from "../../applications/look-for-applications.ts";
import { attempt } from "../attempt.ts";
import type { Look } from "../look.ts";

/** An estate with the workloads that a plan is to replace, and what is to be told of all others. */
export interface WithApplications {
  readonly estate: Estate;
  readonly blind: readonly BlindSpot[];
  readonly findings: readonly PlanFinding[];
}

/**
 * Finds out which workloads have the cluster's CA before them, where the estate wants that found out. Those join the
 * estate's own list; the operator's exclusions leave it.
 */
export const withApplications = async (look: Look, estate: Estate): Promise<WithApplications> => {
  const { kubernetes } = estate;
  if (kubernetes === undefined) return { estate, blind: [], findings: [] };
  const { restart, leaveSilent } = kubernetes.applications;
  const isDiscovered = restart === "discovered";
  const listened =
    isDiscovered && leaveSilent !== undefined ? await listen(look, leaveSilent) : undefined;
  const heard = listened?.ok === true ? listened.value : undefined;
  const looked = isDiscovered
    ? await attempt(async () =>
        lookForApplications(await look.at.apis.open(), { published: () => undefined, heard }),
      )
    : undefined;
  const found = looked?.ok === true ? looked.value : { workloads: [], loosePods: [] };
  const { restarted, excluded, silent } = chooseApplications(kubernetes, found.workloads);
  return {
    estate: { ...estate, kubernetes: { ...kubernetes, workloads: restarted } },
    blind: [
      ...(looked?.ok === false ? [unseen(kubernetes, looked.why)] : []),
      ...excludedSpot(excluded.map(leftOutWords)),
      ...silentSpot(silent, leaveSilent ?? 0),
      ...looseSpot(found.loosePods),
    ].map((spot) => ofCluster(kubernetes, spot)),
    findings: listened?.ok === false ? [unheard(kubernetes, listened.why)] : [],
  };
};

const ofCluster = ({ issuers }: KubernetesCluster, spot: BlindSpot): BlindSpot => ({
  ...spot,
  issuers: [issuers.cluster],
});

const unseen = ({ name, kubeconfig }: KubernetesCluster, why: string): BlindSpot => ({
  id: "unreadable:applications",
  where: name,
  why: `which workloads have the cluster's CA before them cannot be seen: ${why}`,
  cure: `let the user of ${kubeconfig} list pods and leases in all namespaces; or list workloads in certwright.yaml and say restart: listed`,
});

const unheard = ({ name }: KubernetesCluster, why: string): PlanFinding => ({
  rule: "silence-unknown",
  subject: name,
  text: "which pods are silent cannot be told, and kubernetes.applications.leaveSilent wants those left alone",
  evidence: [why],
  cure: "let every API server keep an audit log that reaches back so far; or take leaveSilent out of certwright.yaml, and all are replaced that are not excluded",
});

const excludedSpot = (excluded: readonly string[]): readonly BlindSpot[] =>
  excluded.length === 0
    ? []
    : [
        {
          id: "applications-excluded",
          where: some(excluded),
          why: "kubernetes.applications.exclude in certwright.yaml leaves them alone: pods that are running go on with the CA that they have read, and lose the API when the new one is shown",
          cure: "have their owners replace them between the trust phase and the switch, which asks for that",
        },
      ];

const silentSpot = (silent: readonly string[], time: number): readonly BlindSpot[] =>
  silent.length === 0
    ? []
    : [
        {
          id: "applications-silent",
          where: some(silent),
          why: `none of their pods has asked an API server for anything for ${spanWords(time)}, say the audit logs, so that they are left alone; one that asks more rarely would lose the API when the new CA is shown`,
          cure: "name those that do under kubernetes.workloads in certwright.yaml",
        },
      ];

/**
 * Nobody makes them again, or who does is unknown here: replacing them is their owners'. Those of Jobs come and go
 * between a plan and its run, and end by themselves; they are looked at when it matters.
 */
const looseSpot = (all: readonly LoosePod[]): readonly BlindSpot[] => {
  const pods = all.filter(({ controller }) => controller?.startsWith("Job ") !== true);
  return pods.length === 0
    ? []
    : [
        {
          id: "pods-loose",
          where: some(pods.map(looseWords)),
          why: "nobody whom certwright knows makes these pods again, so it does not take them away: they go on with the CA that they have read",
          cure: "make them anew between the trust phase and the switch",
        },
      ];
};
