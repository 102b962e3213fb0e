import { chooseApplications } from "../../../core/applications/choose.ts";
import type { LoosePod } from "../../../core/applications/api-user.ts";
import { some } from "../../../core/text/some.ts";
import type { Estate, KubernetesCluster } from "../../../core/model/estate.ts";
import type { BlindSpot } from "../../../core/model/inventory.ts";
import { lookForApplications } from "../../applications/look-for-applications.ts";
import { attempt } from "../attempt.ts";
import type { Standpoint } from "../look.ts";

/** An estate with the workloads that a plan is to replace, and what is to be told of all others. */
export interface WithApplications {
  readonly estate: Estate;
  readonly blind: readonly BlindSpot[];
}

/**
 * Finds out which workloads have the cluster's CA before them, where the estate wants that found out. Those join the
 * estate's own list; the operator's exclusions leave it.
 */
export const withApplications = async (
  { apis }: Pick<Standpoint, "apis">,
  estate: Estate,
): Promise<WithApplications> => {
  const { kubernetes } = estate;
  if (kubernetes === undefined) return { estate, blind: [] };
  const isDiscovered = kubernetes.applications.restart === "discovered";
  const looked = isDiscovered
    ? await attempt(async () => lookForApplications(await apis.open(), () => undefined))
    : undefined;
  const found = looked?.ok === true ? looked.value : { workloads: [], loosePods: [] };
  const { restarted, excluded } = chooseApplications(kubernetes, found.workloads);
  const issuers = [kubernetes.issuers.cluster];
  return {
    estate: { ...estate, kubernetes: { ...kubernetes, workloads: restarted } },
    blind: [
      ...(looked?.ok === false ? [unseen(kubernetes, looked.why)] : []),
      ...excludedSpot(excluded),
      ...looseSpot(found.loosePods),
    ].map((spot): BlindSpot => ({ ...spot, issuers })),
  };
};

const unseen = ({ name, kubeconfig }: KubernetesCluster, why: string): BlindSpot => ({
  id: "unreadable:applications",
  where: name,
  why: `which workloads have the cluster's CA before them cannot be seen: ${why}`,
  cure: `let the user of ${kubeconfig} list pods and leases in all namespaces; or list workloads in certwright.yaml and say restart: listed`,
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

/** Nobody makes them again, or who does is unknown here: replacing them is their owners'. */
const looseSpot = (pods: readonly LoosePod[]): readonly BlindSpot[] =>
  pods.length === 0
    ? []
    : [
        {
          id: "pods-loose",
          where: some(pods.map(looseWords)),
          why: "nobody whom certwright knows makes these pods again, so it does not take them away: they go on with the CA that they have read",
          cure: "between the trust phase and the switch, let Jobs come to their end and make the others anew",
        },
      ];

const looseWords = ({ namespace, name, controller }: LoosePod): string =>
  `${namespace}/${name}${controller === undefined ? "" : ` (${controller})`}`;
