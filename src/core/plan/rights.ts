import type { ResourceRight, Right } from "../discovery/rights.ts";
import type { Consumer, ConsumerId, Slot, SlotId } from "../model/inventory.ts";
import type { Effect, Plan } from "../model/plan.ts";
import { canonicalJson } from "../text/canonical-json.ts";

/** What of an estate says which objects of the API are behind slots and consumers. */
export interface Objects {
  readonly slots: ReadonlyMap<SlotId, Pick<Slot, "place" | "source">>;
  readonly consumers: ReadonlyMap<
    ConsumerId,
    Pick<Consumer, "id" | "program" | "service" | "redundancy">
  >;
}

/**
 * What the operator has to be allowed to do in a Kubernetes API so that every effect of the plan, the way back included,
 * can be carried out and seen: each once.
 */
export const rightsOfPlan = (plan: Plan, objects: Objects): readonly Right[] => {
  const steps = plan.phases.flatMap((phase) => [...phase.steps, ...phase.rollback]);
  const asksForRequests = steps.some(({ proves }) =>
    proves.some((claim) => claim.kind === "unused" && claim.tokens !== true),
  );
  return unique([
    ...runLease,
    ...steps.flatMap(({ effect }) => rightsOfEffect(effect, objects)),
    ...(asksForRequests ? [signingRequests] : []),
  ]);
};

const rightsOfEffect = (effect: Effect, { slots, consumers }: Objects): readonly Right[] => {
  const taken =
    "consumer" in effect && effect.consumer !== undefined
      ? rightsOfTaking(consumers.get(effect.consumer))
      : [];
  return effect.kind === "slots.write"
    ? effect.writes.flatMap(({ slot }) => rightsOfSlot(slots.get(slot))).concat(taken)
    : taken;
};

const unique = (rights: readonly Right[]): readonly Right[] => [
  ...new Map(rights.map((one) => [canonicalJson(one), one])).values(),
];

const leases = {
  group: "coordination.k8s.io",
  resource: "leases",
  namespace: "kube-system",
} as const;

/** Of the Lease by which a cluster says whose run it is (engine/rotation/kubernetes/run-lease.ts). */
const runLease: readonly Right[] = [
  // Whoever creates has no name yet that RBAC could ask for.
  { verb: "create", ...leases },
  ...(["get", "patch", "delete"] as const).map((verb) =>
    Object.assign({ verb }, leases, { name: "certwright" }),
  ),
];

const signingRequests: Right = {
  verb: "list",
  group: "certificates.k8s.io",
  resource: "certificatesigningrequests",
};

/** The controller-manager's to write. */
const publishedRoot = "kube-root-ca.crt";

const rightsOfSlot = (slot: Pick<Slot, "place" | "source"> | undefined): readonly Right[] => {
  if (slot?.place.form?.kind !== "object") return [];
  const object = objectAt(slot.place.form.resource);
  if (object === undefined) return [];
  const { everywhere, name, ...kind } = object;
  if (everywhere) return [{ verb: "list", ...kind }];
  if (name === publishedRoot) return [{ verb: "get", ...kind, name }];
  return (["get", "patch"] as const).map((verb) => Object.assign({ verb }, kind, { name }));
};

interface ApiObject extends Omit<ResourceRight, "verb"> {
  readonly name: string;
  /** The object of that name in every namespace. */
  readonly everywhere: boolean;
}

/** "/apis/apps/v1/namespaces/web/deployments/shop" */
const objectAt = (path: string): ApiObject | undefined => {
  const found =
    /^\/(?:api|apis\/(?<group>[^/]+))\/[^/]+(?:\/namespaces\/(?<namespace>[^/]+))?\/(?<resource>[^/]+)\/(?<name>[^/]+)$/.exec(
      path,
    )?.groups;
  if (found === undefined) return undefined;
  const { group = "", namespace, resource, name } = found;
  if (resource === undefined || name === undefined) return undefined;
  const everywhere = namespace === "*";
  return {
    group,
    resource,
    name,
    everywhere,
    ...(namespace === undefined || everywhere ? {} : { namespace }),
  };
};

/** What it takes to have a consumer start anew. */
const rightsOfTaking = (
  consumer: Parameters<typeof workloadOf>[0] | undefined,
): readonly Right[] => {
  if (consumer === undefined) return [];
  const workload = workloadOf(consumer);
  if (workload !== undefined) {
    const { namespace } = workload;
    return [
      ...(["get", "patch"] as const).map((verb) => Object.assign({ verb }, workload)),
      { verb: "list", group: "", resource: "pods", namespace },
      { verb: "list", group: "policy", resource: "poddisruptionbudgets", namespace },
    ];
  }
  // Who has ended gives the lease back by our hand: a controller-manager does not do so itself.
  return consumer.redundancy === "standby"
    ? (["get", "patch"] as const).map((verb) =>
        Object.assign({ verb }, leases, { name: consumer.program }),
      )
    : [];
};

/** "daemonset/kube-system/kube-proxy" is a workload's id. */
const workloadOf = ({
  id,
  service,
}: Pick<Consumer, "id" | "program" | "service" | "redundancy">):
  | (Omit<ResourceRight, "verb"> & { readonly namespace: string })
  | undefined => {
  const [kind, namespace, name] = id.split("/");
  if (service !== "rollout" || namespace === undefined || name === undefined) return undefined;
  return { group: "apps", resource: `${kind}s`, namespace, name };
};
