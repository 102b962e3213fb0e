import type { ConsumerId, Edge, SlotId } from "../../../core/model/inventory.ts";
import { slotsOf, type Layout, type PlacedConsumer } from "../layout.ts";
import type { Look } from "../look.ts";

/**
 * The layout without what is not there as a fact: kubeadm writes super-admin.conf on the first master only, an operator
 * takes admin.conf away, and a kubeconfig may have a token or a plugin in the place of a certificate; nor what the authority need not know. What could not be
 * looked at is still there.
 */
export const presentLayout = async (look: Look): Promise<Layout> => {
  const { layout } = look.at;
  const optional = [...layout.consumers.values()].filter((one) => one.optional === true);
  const absent = new Set([
    ...(await Promise.all(optional.map((one) => absentOf(look, one)))).flat(),
    ...(await unknownTokens(look)),
  ]);
  if (absent.size === 0) return layout;
  const slots = new Map([...layout.slots].filter(([id]) => !absent.has(id)));
  const present = new Set<ConsumerId>([...slots.values()].map(({ consumer }) => consumer));
  const edges = [...layout.edges.values()].flatMap((edge) => {
    const left = withoutEnds(edge, absent);
    return left === undefined ? [] : [[edge.id, left] as const];
  });
  return {
    ...layout,
    consumers: new Map([...layout.consumers].filter(([id]) => present.has(id))),
    slots,
    edges: new Map(edges),
  };
};

/** Slots of ServiceAccount tokens' keys, while the authority does not have those: it may never have to. */
const unknownTokens = async (look: Look): Promise<readonly SlotId[]> => {
  const { kubernetes, slots } = look.at.layout;
  if (kubernetes === undefined) return [];
  const name = kubernetes.issuers.serviceAccount;
  const known = await look.at.ports.authority.issuers();
  if (known.some((issuer) => issuer.name === name)) return [];
  return [...slots.values()].flatMap(({ id, issuer }) => (issuer === name ? [id] : []));
};

/** Those of its slots in which nothing lies; all of them where a file of its own is missing. */
const absentOf = async (look: Look, consumer: PlacedConsumer): Promise<readonly SlotId[]> => {
  const slots = slotsOf(look.at.layout, consumer.id);
  const found = await Promise.all(slots.map(({ id }) => look.content(id)));
  const empty = slots.filter((_, i) => {
    const content = found[i]!;
    return content.ok && content.value.held === undefined;
  });
  const isMissing = empty.some(({ place }) => place.form === undefined);
  return (isMissing ? slots : empty).map(({ id }) => id);
};

/** Undefined when neither side verifies the other any more. */
const withoutEnds = (edge: Edge, absent: ReadonlySet<SlotId>): Edge | undefined => {
  const { serverPresents, clientTrusts, clientPresents, serverTrusts, ...ends } = edge;
  const isHere = (id: SlotId | undefined): id is SlotId => id !== undefined && !absent.has(id);
  const forth =
    isHere(serverPresents) && isHere(clientTrusts) ? { serverPresents, clientTrusts } : undefined;
  const back =
    isHere(clientPresents) && isHere(serverTrusts) ? { clientPresents, serverTrusts } : undefined;
  return forth === undefined && back === undefined ? undefined : { ...ends, ...forth, ...back };
};
