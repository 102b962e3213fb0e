import type { Fingerprint, Instant } from "../../model/certificate.ts";
import type { Content } from "../../model/claim.ts";
import type { Slot } from "../../model/inventory.ts";
import type { Survey } from "../survey.ts";

/**
 * What a slot's content amounts to for a verification. Of a bundle: the keys it trusts. Of a chain: the keys that
 * vouch for its leaf, each enough by itself; empty when the leaf is not valid, so that nobody accepts it.
 */
export type Keys = ReadonlySet<string>;

export const nothing: Keys = new Set();

/** A generation that does not exist yet has no key yet; this name stands for it. */
const keyOf = (survey: Survey, issuer: string, number: number): string =>
  survey.issuers.get(issuer)?.generations.find((one) => one.number === number)?.key ??
  `${issuer}#${number}`;

/** What lies in the slot at first. */
export const heldKeys = (survey: Survey, slot: Slot, now: Instant): Keys =>
  slot.role === "trusts"
    ? bundleKeys(survey, slot.holds?.certificates ?? [], now)
    : chainKeys(survey, slot.holds?.certificates ?? [], now);

/** What the slot amounts to once that content lies in it. */
export const contentKeys = (survey: Survey, slot: Slot, content: Content, now: Instant): Keys => {
  switch (content.kind) {
    case "before":
      return heldKeys(survey, slot, now);
    case "bundle":
      return new Set([
        ...content.generations.map((number) => keyOf(survey, content.issuer, number)),
        ...bundleKeys(survey, content.others as readonly Fingerprint[], now),
      ]);
    case "leaf":
      return new Set(
        [content.generation, ...(content.via === undefined ? [] : [content.via])].map((number) =>
          keyOf(survey, content.issuer, number),
        ),
      );
  }
};

const bundleKeys = (survey: Survey, held: readonly Fingerprint[], now: Instant): Keys =>
  new Set(
    held.flatMap((fingerprint) => {
      const facts = survey.certificates.get(fingerprint);
      return facts?.ca === true && facts.notAfter >= now ? [facts.key] : [];
    }),
  );

const chainKeys = (survey: Survey, held: readonly Fingerprint[], now: Instant): Keys => {
  const [leaf, ...above] = held.map((fingerprint) => survey.certificates.get(fingerprint));
  if (leaf?.signedBy === undefined || leaf.notAfter < now || leaf.notBefore > now) return nothing;
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
  return vouching;
};

/** Whether a verifier with these keys accepts that chain. */
export const accepts = (trusted: Keys, chain: Keys): boolean => {
  for (const key of chain) if (trusted.has(key)) return true;
  return false;
};

export const sameKeys = (a: Keys, b: Keys): boolean =>
  a.size === b.size && [...a].every((key) => b.has(key));
