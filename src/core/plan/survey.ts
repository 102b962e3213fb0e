import type { Fingerprint, KeyId } from "../model/certificate.ts";
import type {
  CertificateFacts,
  Consumer,
  ConsumerId,
  Edge,
  GenerationFacts,
  Inventory,
  IssuerFacts,
  NodeFacts,
  Slot,
  SlotId,
} from "../model/inventory.ts";
import { placeWord } from "./places.ts";
import { signersIn, type Signer } from "./signers.ts";

/** An inventory with the ways through it that a planner takes, each looked up once: planning stays linear in its size. */
export interface Survey {
  readonly inventory: Inventory;
  readonly certificates: ReadonlyMap<Fingerprint, CertificateFacts>;
  readonly issuers: ReadonlyMap<string, IssuerFacts>;
  readonly nodes: ReadonlyMap<string, NodeFacts>;
  readonly consumers: ReadonlyMap<ConsumerId, Consumer>;
  readonly slots: ReadonlyMap<SlotId, Slot>;
  readonly slotsOf: ReadonlyMap<ConsumerId, readonly Slot[]>;
  readonly membersOf: ReadonlyMap<string, readonly Consumer[]>;
  /** Slots by the word for their place: more than one where a file has several readers. */
  readonly slotsAt: ReadonlyMap<string, readonly Slot[]>;
  readonly signers: readonly Signer[];
  readonly edges: readonly Edge[];
  /** Groups that answer by way of a member of another one: with it, one of theirs is away (API servers by etcd). */
  readonly usersOf: ReadonlyMap<ConsumerId, ReadonlySet<string>>;
  /** Whose key it is, for every generation of every issuer. */
  readonly generationOfKey: ReadonlyMap<KeyId, GenerationOf>;
}

export interface GenerationOf {
  readonly issuer: string;
  readonly generation: GenerationFacts;
}

export const surveyOf = (inventory: Inventory): Survey => {
  const consumers = new Map(inventory.consumers.map((one) => [one.id, one]));
  return {
    inventory,
    certificates: new Map(inventory.certificates.map((one) => [one.fingerprint, one])),
    issuers: new Map(inventory.issuers.map((one) => [one.name, one])),
    nodes: new Map(inventory.nodes.map((one) => [one.name, one])),
    consumers,
    slots: new Map(inventory.slots.map((one) => [one.id, one])),
    slotsOf: grouped(inventory.slots, ({ consumer }) => consumer),
    membersOf: grouped(
      inventory.consumers.filter(({ group }) => group !== undefined),
      ({ group }) => group!,
    ),
    slotsAt: grouped(inventory.slots, placeWord),
    signers: signersIn(inventory.slots, consumers),
    edges: inventory.edges,
    usersOf: usersOf(inventory.edges, consumers),
    generationOfKey: new Map(
      inventory.issuers.flatMap(({ name, generations }) =>
        generations.map((generation) => [generation.key, { issuer: name, generation }] as const),
      ),
    ),
  };
};

const usersOf = (edges: readonly Edge[], consumers: Survey["consumers"]): Survey["usersOf"] => {
  const users = new Map<ConsumerId, Set<string>>();
  for (const { client, server } of edges) {
    const { redundancy, group } = consumers.get(client) ?? {};
    if (redundancy !== "any" || group === undefined) continue;
    if (consumers.get(server)?.group === undefined) continue;
    const known = users.get(server);
    if (known === undefined) users.set(server, new Set([group]));
    else known.add(group);
  }
  return users;
};

/** Lists by key, in the order of the values. */
export const grouped = <K, V>(
  values: readonly V[],
  keyOf: (value: V) => K,
): ReadonlyMap<K, readonly V[]> => {
  const lists = new Map<K, V[]>();
  for (const value of values) {
    const key = keyOf(value);
    const list = lists.get(key);
    if (list === undefined) lists.set(key, [value]);
    else list.push(value);
  }
  return lists;
};

/** The generation that signs now: the one that is issuing, with the highest number. */
export const issuingGeneration = ({ generations }: IssuerFacts): GenerationFacts | undefined =>
  generations.findLast(({ stage }) => stage === "issuing");

/** Slots that stand at the same place, itself among them. */
export const slotsBeside = (survey: Survey, slot: Slot): readonly Slot[] =>
  survey.slotsAt.get(placeWord(slot)) ?? [slot];

/** What lies at a CA's home: the key's slot holds only what belongs to the key, those of who trust by that file hold all. */
export const heldAtHome = (survey: Survey, home: Slot): readonly Fingerprint[] => {
  const bundle = slotsBeside(survey, home).find(({ role, holds }) => role === "trusts" && holds);
  return (bundle ?? home).holds?.certificates ?? [];
};

/** Who signed the leaf that lies in a slot, when it is a generation of the slot's issuer. */
export const presentedGeneration = (survey: Survey, slot: Slot): GenerationFacts | undefined => {
  const [leaf] = slot.holds?.certificates ?? [];
  const key = leaf === undefined ? undefined : survey.certificates.get(leaf)?.signedBy;
  const signer = key === undefined ? undefined : survey.generationOfKey.get(key);
  return signer?.issuer === slot.issuer ? signer.generation : undefined;
};

/** What a bundle holds: generations of the slot's issuer, in the file's order, and fingerprints of everything else. */
export const bundleIn = (
  survey: Survey,
  slot: Slot,
): { readonly generations: readonly number[]; readonly others: readonly Fingerprint[] } => {
  const generations = new Set<number>();
  const others: Fingerprint[] = [];
  for (const fingerprint of slot.holds?.certificates ?? []) {
    const key = survey.certificates.get(fingerprint)?.key;
    const known = key === undefined ? undefined : survey.generationOfKey.get(key);
    if (known?.issuer === slot.issuer) generations.add(known.generation.number);
    else others.push(fingerprint);
  }
  return { generations: [...generations], others };
};

/** Whether that key belongs to a CA which signed one of the issuer's generations. */
export const isAbove = (survey: Survey, issuer: string, key: KeyId): boolean =>
  survey.issuers
    .get(issuer)
    ?.generations.some(
      (generation) =>
        generation.key !== key && survey.certificates.get(generation.certificate)?.signedBy === key,
    ) ?? false;

/** The two to four slots that meet on an edge. */
export const slotsOfEdge = (edge: Edge): readonly SlotId[] => [
  ...(edge.serverPresents === undefined ? [] : [edge.serverPresents]),
  ...(edge.clientTrusts === undefined ? [] : [edge.clientTrusts]),
  ...(edge.clientPresents === undefined ? [] : [edge.clientPresents]),
  ...(edge.serverTrusts === undefined ? [] : [edge.serverTrusts]),
];
