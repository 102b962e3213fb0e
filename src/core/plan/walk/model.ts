import type { Instant } from "../../model/certificate.ts";
import type { Edge, EdgeId, Slot, SlotId } from "../../model/inventory.ts";
import type { Signer } from "../signers.ts";
import { slotsOfEdge, type Survey } from "../survey.ts";

/**
 * What a slot's content amounts to for a verification. Of a bundle: the keys it trusts. Of a chain: the keys that
 * vouch for its leaf, each enough by itself; none when the leaf is not valid, so that nobody accepts it. Of a signer:
 * the key that it signs with.
 * The same keys are the same object in one model: tens of thousands of slots hold a handful of them.
 */
export interface Keys {
  readonly names: ReadonlySet<string>;
  /** The state of a slot that holds this and whose consumer uses nothing else. */
  readonly settled: SlotState;
}

/** One slot in the model: what lies there, and everything that its consumer may be using of what lay there. */
export interface SlotState {
  readonly disk: Keys;
  /**
   * Just `disk` for what is read at each handshake. What is read at a start stays in memory until the next one; that
   * may come at any moment, unasked for, so what is on the disk counts as well.
   */
  readonly used: readonly Keys[];
}

/** States of all slots, each at its number. */
export type State = readonly SlotState[];

/** One side of an edge: the server's chain as the client sees it, or the other way round when it is mutual. */
export interface Verification {
  readonly edge: EdgeId;
  /** Numbers of slots. */
  readonly presents: number;
  readonly trusts: number;
}

/** The estate as the walk sees it: slots have numbers, so that a state is a list. */
export interface Model {
  readonly survey: Survey;
  readonly now: Instant;
  readonly slots: readonly Slot[];
  readonly numberOf: (slot: SlotId) => number;
  /** Numbers of the other slots at the same place: what is written to one is written to all. */
  readonly besideOf: (slot: number) => readonly number[];
  /** In the order of the survey's. */
  readonly signers: readonly PlacedSigner[];
  readonly keysOf: (names: readonly string[]) => Keys;
  readonly verifications: readonly Verification[];
}

/**
 * A signer that can be told by its flags to sign with a file that others use as a bundle. The state at `flags` shows
 * "single" while it does, and what stands at `home` trusts that while it is one certificate.
 */
export interface PlacedSigner extends Signer {
  readonly flags: number;
}

/** What a file is to a program that signs with it, besides its keys. */
export const single = "one certificate";
export const several = "several certificates";

/** `silenced`: issuers with which nobody in the estate signs any more once the plan has begun. */
export const modelOf = (
  survey: Survey,
  now: Instant,
  silenced: ReadonlySet<string> = new Set(),
): Model => {
  const { slots } = survey.inventory;
  const numbers = new Map(slots.map(({ id }, index) => [id, index]));
  // One more than there are: a slot that the inventory does not have shows nothing and trusts nobody.
  const numberOf = (slot: SlotId): number => numbers.get(slot) ?? slots.length;
  const signers = survey.signers.map((signer, index) => ({
    ...signer,
    flags: slots.length + 1 + index,
  }));
  return {
    survey,
    now,
    slots,
    numberOf,
    besideOf: besideOf(survey, numberOf),
    signers,
    keysOf: internKeys(),
    verifications: [
      ...survey.edges.flatMap((edge) => verificationsOf(edge, numberOf)),
      ...signers.flatMap((signer) =>
        signing(survey, signer, numberOf, silenced.has(signer.slot.issuer)),
      ),
      ...unconnected(survey, numberOf),
    ],
  };
};

const besideOf = (survey: Survey, numberOf: Model["numberOf"]): Model["besideOf"] => {
  const beside = new Map<number, readonly number[]>();
  for (const slots of survey.slotsAt.values()) {
    if (slots.length < 2) continue;
    const numbers = slots.map(({ id }) => numberOf(id));
    for (const one of numbers) {
      beside.set(
        one,
        numbers.filter((other) => other !== one),
      );
    }
  }
  return (slot) => beside.get(slot) ?? [];
};

/** Whatever it signs is shown to servers at any time; and its file is one certificate, or another file. */
const signing = (
  { inventory }: Survey,
  { slot, home, flags }: PlacedSigner,
  numberOf: Model["numberOf"],
  silenced: boolean,
): readonly Verification[] => {
  const edge = slot.id as string as EdgeId;
  const shown = silenced
    ? []
    : inventory.slots.filter(
        ({ role, issuer, port }) => role === "trusts" && issuer === slot.issuer && port,
      );
  return [
    ...shown.map(({ id }) => ({ edge, presents: numberOf(slot.id), trusts: numberOf(id) })),
    ...(home === undefined ? [] : [{ edge, presents: flags, trusts: numberOf(home.id) }]),
  ];
};

/** Clients' certificates that no edge names may be shown to whoever trusts their issuer (a front proxy's). */
const unconnected = (
  { inventory, edges }: Survey,
  numberOf: Model["numberOf"],
): readonly Verification[] => {
  const named = new Set(edges.flatMap(slotsOfEdge));
  const lone = inventory.slots.filter(
    ({ id, role, port }) => role === "presents" && port === undefined && !named.has(id),
  );
  const issuers = new Set(lone.map(({ issuer }) => issuer));
  const verifiers = inventory.slots.filter(
    ({ id, role, issuer }) => role === "trusts" && issuers.has(issuer) && !named.has(id),
  );
  return lone.flatMap(({ id, issuer }) =>
    verifiers
      .filter((one) => one.issuer === issuer)
      .map((one) => ({
        edge: id as string as EdgeId,
        presents: numberOf(id),
        trusts: numberOf(one.id),
      })),
  );
};

const internKeys = (): Model["keysOf"] => {
  const known = new Map<string, Keys>();
  return (names) => {
    const word = names.length < 2 ? (names[0] ?? "") : [...new Set(names)].sort().join();
    const found = known.get(word);
    if (found !== undefined) return found;
    const used: Keys[] = [];
    const settled: { disk?: Keys; used: readonly Keys[] } = { used };
    const keys: Keys = { names: new Set(names), settled: settled as SlotState };
    settled.disk = keys;
    used.push(keys);
    known.set(word, keys);
    return keys;
  };
};

const verificationsOf = (
  { id: edge, serverPresents, clientTrusts, clientPresents, serverTrusts }: Edge,
  numberOf: Model["numberOf"],
): readonly Verification[] => {
  const side = (presents: SlotId | undefined, trusts: SlotId | undefined) =>
    presents === undefined || trusts === undefined
      ? []
      : [{ edge, presents: numberOf(presents), trusts: numberOf(trusts) }];
  return [...side(serverPresents, clientTrusts), ...side(clientPresents, serverTrusts)];
};

/** Whether everything that may be shown is accepted by everything that may be trusted. */
export const verifies = (presents: readonly Keys[], trusts: readonly Keys[]): boolean =>
  trusts.every(({ names }) => presents.every((chain) => accepts(names, chain.names)));

const accepts = (trusted: ReadonlySet<string>, chain: ReadonlySet<string>): boolean => {
  for (const key of chain) if (trusted.has(key)) return true;
  return false;
};

export const holdsNow = (state: State, { presents, trusts }: Verification): boolean =>
  verifies(state[presents]!.used, state[trusts]!.used);

/** Edges all of whose sides verify. */
export const verifiedEdges = (model: Model, state: State): ReadonlySet<EdgeId> => {
  const verified = new Set<EdgeId>();
  const broken = new Set<EdgeId>();
  for (const one of model.verifications) {
    (holdsNow(state, one) ? verified : broken).add(one.edge);
  }
  for (const edge of broken) verified.delete(edge);
  return verified;
};
