import type { KeyId } from "../../model/certificate.ts";
import type { FileFault } from "../judge.ts";
import type { ClientFound, EtcdFacts, IssuerFound, MemberFound, PlaceFound } from "./facts.ts";

export interface JudgedPlace {
  readonly of: MemberFound | ClientFound;
  readonly place: PlaceFound;
  /** Empty: present and valid. */
  readonly faults: readonly FileFault[];
}

/** A CA that signs the cluster's certificates after the recovery. */
export interface Signing {
  readonly issuer: IssuerFound;
  /**
   * "kept": certwright has its key and it is valid. "new": it is made anew, for the key is nowhere or it has expired.
   * "none": it could not sign, and nothing has to be signed.
   */
  readonly how: "kept" | "new" | "none";
  readonly generation: number;
}

/** What was found, judged. */
export interface EtcdSituation {
  readonly facts: EtcdFacts;
  readonly places: readonly JudgedPlace[];
  readonly signing: ReadonlyMap<string, Signing>;
  /** Names of members that have to be started, or started anew. */
  readonly starts: readonly string[];
  /** Whether more than half of the members serve what has not expired, so that the cluster can work. */
  readonly isServing: boolean;
}

/** What a CA has to outlast for its leaves to be worth anything: as of leaves, a day. */
const day = 86_400_000;

/** As the kernel tells a process's start (engine/rotation/observe/restarted.ts). */
const tolerance = 20;

export const judgeEtcd = (facts: EtcdFacts): EtcdSituation => {
  const all = [...facts.members, ...facts.clients].filter(({ reachable }) => reachable);
  const places = all.flatMap((of) =>
    of.places.map((place): JudgedPlace => ({ of, place, faults: faultsOf(facts, place) })),
  );
  const signing = new Map(
    facts.issuers.map((issuer) => [issuer.name, signingOf(facts, issuer, places)] as const),
  );
  const isNew = ({ issuer }: PlaceFound): boolean => signing.get(issuer)?.how === "new";
  const starts = facts.members
    .filter(({ reachable }) => reachable)
    .filter(({ process, places: own }) => {
      if (process === undefined) return true;
      return own
        .filter(({ reload }) => reload === "start")
        .some(
          (place) =>
            isNew(place) ||
            faultsOf(facts, place).length > 0 ||
            (place.found?.changedAt ?? 0) > process.startedAt + tolerance,
        );
    })
    .map(({ name }) => name);
  return { facts, places, signing, starts, isServing: isServing(facts) };
};

/** A leaf that is shown still helps nobody below a CA that has expired. */
const isServing = (facts: EtcdFacts): boolean => {
  const { members, clients, takenAt } = facts;
  const living = new Set(
    [...members, ...clients]
      .flatMap(({ places }) => places)
      .filter(({ role }) => role === "trusts")
      .flatMap(({ found }) => found?.certificates ?? [])
      .filter(({ notAfter }) => notAfter > takenAt)
      .map(({ key }) => key),
  );
  const serves = ({ served }: MemberFound): boolean =>
    (["client", "peer"] as const).every((wanted) =>
      served.some(({ port, certificates: [leaf] }) => {
        if (port !== wanted || leaf === undefined || leaf.notAfter <= takenAt) return false;
        return leaf.signedBy !== undefined && living.has(leaf.signedBy);
      }),
    );
  return 2 * members.filter(serves).length > members.length;
};

const signingOf = (
  { takenAt }: EtcdFacts,
  issuer: IssuerFound,
  places: readonly JudgedPlace[],
): Signing => {
  const { current, generations } = issuer;
  if (current !== undefined && current.hasKey && current.notAfter > takenAt + day)
    return { issuer, how: "kept", generation: current.number };
  // What certwright does not know at all it could neither look at nor sign for.
  const isNeeded = places.some(
    ({ place, faults }) =>
      faults.length > 0 && (place.issuer === issuer.name || current === undefined),
  );
  if (!isNeeded) return { issuer, how: "none", generation: current?.number ?? 0 };
  return { issuer, how: "new", generation: (generations.at(-1)?.number ?? 0) + 1 };
};

const faultsOf = (facts: EtcdFacts, place: PlaceFound): readonly FileFault[] => {
  const { found, role } = place;
  if (found === undefined) return ["missing"];
  if (found.unreadable !== undefined) return ["unreadable"];
  return role === "trusts" ? faultsOfTrust(facts, place) : faultsOfLeaf(facts, place);
};

/** Keys of the CA, as the authority has them; where it has none, as whoever verifies its leaves has them. */
const keysOf = (facts: EtcdFacts, issuer: string): ReadonlySet<KeyId> => {
  const known = facts.issuers.find(({ name }) => name === issuer)?.generations ?? [];
  if (known.length > 0)
    return new Set(known.filter(({ isRetired }) => !isRetired).map(({ key }) => key));
  return new Set(
    [...facts.members, ...facts.clients]
      .flatMap(({ places }) => places)
      .filter((one) => one.role === "trusts" && one.issuer === issuer)
      .flatMap(({ found }) => found?.certificates ?? [])
      .map(({ key }) => key),
  );
};

const faultsOfLeaf = (facts: EtcdFacts, { found, issuer, name }: PlaceFound): FileFault[] => {
  const { certificates, key, names } = found!;
  const [leaf] = certificates;
  if (leaf === undefined) return ["unreadable"];
  const keys = keysOf(facts, issuer);
  return [
    ...(leaf.notAfter <= facts.takenAt ? (["expired"] as const) : []),
    ...(leaf.notBefore > facts.takenAt ? (["not-yet-valid"] as const) : []),
    ...(key === leaf.key ? [] : (["wrong-key"] as const)),
    ...(leaf.signedBy !== undefined && keys.has(leaf.signedBy) ? [] : (["wrong-ca"] as const)),
    ...(name === undefined || names.includes(name) ? [] : (["wrong-name"] as const)),
  ];
};

const faultsOfTrust = (facts: EtcdFacts, { found, issuer }: PlaceFound): FileFault[] => {
  const { certificates } = found!;
  const known = facts.issuers.find(({ name }) => name === issuer);
  const current = known?.generations.find(({ number }) => number === known.current?.number);
  const own =
    current === undefined ? certificates : certificates.filter(({ key }) => key === current.key);
  if (own.length === 0) return ["wrong-ca"];
  return own.some(({ notAfter }) => notAfter > facts.takenAt) ? [] : ["expired"];
};
