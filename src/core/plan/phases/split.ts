import type { Fingerprint } from "../../model/certificate.ts";
import type { Content } from "../../model/claim.ts";
import type { Phase } from "../../model/plan.ts";
import type { Signer } from "../signers.ts";
import { heldAtHome, type Survey } from "../survey.ts";
import type { Work } from "../work.ts";
import { barrier, healthy } from "./barrier.ts";
import { signerOf } from "./contents.ts";
import { holds } from "./proofs.ts";
import { rollOut, expectBefore } from "./roll-out.ts";
import { setFlags, type FlagsChange } from "./signer-flags.ts";
import { inTurn } from "./turns.ts";

/** A signer that shares its files with those who need a bundle there. */
type Shared = Required<Signer>;

/** Those of these issuers, in the order in which their consumers take turns. */
const sharedSigners = (
  { signers }: Survey,
  issuers: ReadonlyMap<string, unknown>,
): readonly Shared[] => {
  const shared = signers.flatMap(({ home, ...signer }) =>
    home === undefined || !issuers.has(signer.slot.issuer) ? [] : [{ ...signer, home }],
  );
  const order = inTurn(shared.map(({ consumer }) => consumer));
  return shared.toSorted((a, b) => order.indexOf(a.consumer) - order.indexOf(b.consumer));
};

/** Of those whose next generation can be signed with here. */
const keysOf = (targets: Work["targets"]): Work["targets"] =>
  new Map([...targets].filter(([, { keyless }]) => !keyless));

const groupsOf = (signers: readonly Shared[]): readonly string[] => [
  ...new Set(signers.flatMap(({ consumer }) => consumer.group ?? [])),
];

/**
 * Gives each signer files of its own, with what it signs with already, before a second certificate comes to where they
 * are now. Undefined when nobody signs with a file that others trust by.
 */
export const split = ({ survey, targets }: Work): Phase | undefined => {
  const signers = sharedSigners(survey, keysOf(targets));
  if (signers.length === 0) return undefined;
  const currentIn = ({ slot }: Shared): Content =>
    signerOf(slot.issuer, targets.get(slot.issuer)!.current.number);
  const writes = rollOut(survey, {
    prefix: "split",
    care: "all",
    after: [],
    writes: signers.map((signer) => ({
      slot: signer.slot.id,
      of: signer.slot,
      content: currentIn(signer),
      expect: expectBefore(signer.slot, { kind: "before" }),
      inUse: [],
    })),
  });
  const flags = setFlags(
    survey,
    "split",
    signers.map((signer): FlagsChange => ({
      consumer: signer.consumer,
      place: signer.slot.place,
      requires: [holds(signer.slot, currentIn(signer))],
    })),
    {
      needs: ({ id }) =>
        writes
          .filter(({ effect }) => "consumer" in effect && effect.consumer === id)
          .map((one) => one.id),
      care: "all",
    },
  );
  const steps = [...writes, ...flags];
  const back = setFlags(
    survey,
    "undo.split",
    // Where more than one certificate lies there already, it does not sign with those now, and could not.
    signers
      .filter(({ home }) => heldAtHome(survey, home).length === 1)
      .map(({ consumer, home }): FlagsChange => ({ consumer, place: home.place, requires: [] })),
    { needs: () => [], care: "others" },
  );
  const whole = healthy(groupsOf(signers));
  return {
    id: "split",
    title: "Give signers files of their own",
    why: "A controller-manager does not start when the CA that it signs with is a bundle, and the file that it signs with now is about to be one. What it signs stays the same; the new files stay behind when this is taken back, and nobody reads them.",
    steps: [
      ...steps,
      barrier("split.proved", "Every controller-manager signs with files of its own", steps, [
        ...flags.flatMap(({ proves }) => proves.filter(({ kind }) => kind === "flags")),
        ...whole,
      ]),
    ],
    rollback:
      back.length === 0
        ? []
        : [
            ...back,
            barrier("undo.split.proved", "Every controller-manager signs as before", back, whole),
          ],
  };
};

/**
 * The way back to where kubeadm looks, once that is one certificate again. `signing`: the generation that each issuer
 * signs with then.
 */
export const join = (survey: Survey, signing: ReadonlyMap<string, number>): Phase | undefined => {
  const signers = sharedSigners(survey, signing).filter(
    // With another one's certificate beside it, it would not start.
    ({ home }) => heldAtHome(survey, home).every((one) => isOurs(survey, home.issuer, one)),
  );
  if (signers.length === 0) return undefined;
  const nextIn = (issuer: string): Content => signerOf(issuer, signing.get(issuer)!);
  const change = (signer: Shared, to: "home" | "slot"): FlagsChange => ({
    consumer: signer.consumer,
    place: signer[to].place,
    requires: [holds(signer[to], nextIn(signer.slot.issuer))],
  });
  const forward = setFlags(
    survey,
    "join",
    signers.map((signer) => change(signer, "home")),
    { needs: () => [], care: "all" },
  );
  const undo = setFlags(
    survey,
    "undo.join",
    signers.map((signer) => change(signer, "slot")),
    { needs: () => [], care: "others" },
  );
  const whole = healthy(groupsOf(signers));
  return {
    id: "join",
    title: "Have signers use kubeadm's files again",
    why: "They hold one certificate again, the new one, and every manifest that kubeadm writes from now on signs with them: all masters do the same.",
    steps: [
      ...forward,
      barrier("join.proved", "Every controller-manager signs with kubeadm's files", forward, [
        ...forward.flatMap(({ proves }) => proves.filter(({ kind }) => kind === "flags")),
        ...whole,
      ]),
    ],
    rollback: [
      ...undo,
      barrier("undo.join.proved", "Every controller-manager signs with its own files", undo, whole),
    ],
  };
};

const isOurs = (survey: Survey, issuer: string, certificate: Fingerprint): boolean => {
  const key = survey.certificates.get(certificate)?.key;
  return key !== undefined && survey.generationOfKey.get(key)?.issuer === issuer;
};

/**
 * Where the new CA's key is elsewhere for good, controller-managers stop signing before anything else is changed: what
 * they signed later would be turned away. Undefined when none of them signs.
 */
export const silence = ({ survey, targets }: Work): Phase | undefined => {
  const keyless = new Map([...targets].filter((one) => one[1].keyless));
  const signers = sharedSigners(survey, keyless);
  if (signers.length === 0) return undefined;
  const changes = (to: "nothing" | "before"): readonly FlagsChange[] =>
    signers.map(({ consumer, slot, home }) => ({
      consumer,
      place:
        to === "nothing"
          ? undefined
          : consumer.signsWith === slot.place.path
            ? slot.place
            : home.place,
      requires: [],
    }));
  const forward = setFlags(survey, "silence", changes("nothing"), { needs: () => [], care: "all" });
  const undo = setFlags(survey, "undo.silence", changes("before"), {
    needs: () => [],
    care: "others",
  });
  const whole = healthy(groupsOf(signers));
  return {
    id: "silence",
    title: "Have controller-managers sign nothing any more",
    why: "The new CA's key never comes here. So kubeadm has it too where the CA is an external one: signing requests of the API stay open until somebody else answers them, and kubelets are renewed by certwright plan renew.",
    steps: [
      ...forward,
      barrier("silence.proved", "No controller-manager signs with the CA", forward, [
        ...forward.flatMap(({ proves }) => proves.filter(({ kind }) => kind === "flags")),
        ...whole,
      ]),
    ],
    rollback: [
      ...undo,
      barrier("undo.silence.proved", "Every controller-manager signs as before", undo, whole),
    ],
  };
};
