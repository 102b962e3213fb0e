import type { Fingerprint } from "../../model/certificate.ts";
import type { Content } from "../../model/claim.ts";
import type { Slot } from "../../model/inventory.ts";
import { isHome, signingFlags, type Signer } from "../signers.ts";
import { heldAtHome, type Survey } from "../survey.ts";
import { several, single, type Keys, type Model, type PlacedSigner, type State } from "./model.ts";

/** A generation that does not exist yet has no key yet; this name stands for it. */
const keyOf = ({ survey }: Model, issuer: string, number: number): string =>
  survey.issuers.get(issuer)?.generations.find((one) => one.number === number)?.key ??
  `${issuer}#${number}`;

/** What lies in the slot at first. */
const heldKeys = (model: Model, slot: Slot): Keys => {
  const held = slot.holds?.certificates ?? [];
  if (slot.role === "signs") return signerKeys(model, slot);
  return model.keysOf(slot.role === "trusts" ? bundleKeys(model, held) : chainKeys(model, held));
};

const signerKeys = (model: Model, slot: Slot): Keys => {
  const { survey } = model;
  if (isHome(slot)) {
    const held = heldAtHome(survey, slot);
    return model.keysOf([...bundleKeys(model, held), ...amount(held.length)]);
  }
  const signer = survey.signers.find((one) => one.slot.id === slot.id);
  const { holds } =
    signer !== undefined && startsAtHome(survey, signer) ? (signer.home ?? slot) : slot;
  return model.keysOf(bundleKeys(model, (holds?.certificates ?? []).slice(0, 1)));
};

const amount = (certificates: number): readonly string[] =>
  certificates === 0 ? [] : [certificates === 1 ? single : several];

/** What the slot amounts to once that content lies in it. */
export const contentKeys = (model: Model, slot: Slot, content: Content): Keys => {
  switch (content.kind) {
    case "before":
      return heldKeys(model, slot);
    case "bundle":
      return model.keysOf([
        ...content.generations.map((number) => keyOf(model, content.issuer, number)),
        ...bundleKeys(model, content.others as readonly Fingerprint[]),
        ...(isHome(slot) ? amount(content.generations.length + content.others.length) : []),
      ]);
    case "nothing":
      return model.keysOf([]);
    case "signer":
      return model.keysOf([keyOf(model, content.issuer, content.generation)]);
    case "leaf":
      return model.keysOf(
        [content.generation, ...(content.via === undefined ? [] : [content.via])].map((number) =>
          keyOf(model, content.issuer, number),
        ),
      );
  }
};

const bundleKeys = ({ survey, now }: Model, held: readonly Fingerprint[]): readonly string[] =>
  held.flatMap((fingerprint) => {
    const facts = survey.certificates.get(fingerprint);
    return facts?.ca === true && facts.notAfter >= now ? [facts.key] : [];
  });

const chainKeys = ({ survey, now }: Model, held: readonly Fingerprint[]): readonly string[] => {
  const [leaf, ...above] = held.map((fingerprint) => survey.certificates.get(fingerprint));
  if (leaf?.signedBy === undefined || leaf.notAfter < now || leaf.notBefore > now) return [];
  const vouching = new Set<string>([leaf.signedBy]);
  // A chain's certificates may stand in any order (RFC 8446 section 4.4.2): go over them until none adds a key.
  for (let size = 0; size < vouching.size;) {
    size = vouching.size;
    for (const one of above) {
      if (one?.signedBy !== undefined && one.notAfter >= now && vouching.has(one.key)) {
        vouching.add(one.signedBy);
      }
    }
  }
  return [...vouching];
};

/** Everything as the inventory has it, and loaded as it lies there. */
export const initialState = (model: Model): State => [
  ...model.slots.map((slot) => heldKeys(model, slot).settled),
  model.keysOf([]).settled,
  ...model.signers.map((signer) => flagsKeys(model, startsAtHome(model.survey, signer)).settled),
];

/** With files of its own it does not mind what lies at home. */
export const flagsKeys = ({ keysOf }: Model, atHome: boolean): Keys =>
  keysOf(atHome ? [single] : [single, several]);

/** Nothing in an inventory says it; where several certificates lie at home, it would not run if it signed with those. */
const startsAtHome = (survey: Survey, { slot, home }: Signer): boolean =>
  slot.holds === undefined || (home !== undefined && heldAtHome(survey, home).length === 1);

/** Whether these flags lead a signer home. */
export const leadHome = (
  { home }: PlacedSigner,
  flags: Readonly<Record<string, string>>,
): boolean =>
  home !== undefined &&
  Object.entries(signingFlags(home.place)).every(([flag, path]) => flags[flag] === path);
