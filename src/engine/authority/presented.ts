import { failure } from "../../core/errors/certwright-error.ts";
import type { Certificate } from "../../core/model/certificate.ts";
import type { CrossSign, Issuer, SigningGeneration } from "./authority.ts";
import { chainFrom, generationOf } from "./issuers.ts";

/** An older generation's signature under a newer one, with the generation that made it. */
export interface Crossing {
  readonly crossSign: CrossSign;
  readonly signer: SigningGeneration;
}

/**
 * What the file of a leaf holds, in its order: the leaf; with `crossing` the cross certificate, by which the path goes
 * on to the older generation; then what stands between the signer and its root. Never the root: whoever verifies has
 * it, or does not trust it (RFC 8446 section 4.4.2).
 */
export const presentedChain = (
  leaf: Certificate,
  generation: SigningGeneration,
  crossing?: Crossing,
): readonly Certificate[] => [leaf, ...pathAbove(generation, crossing).slice(0, -1)];

/** What a leaf is verified below, nearest first, root last. */
export const pathAbove = (
  generation: SigningGeneration,
  crossing?: Crossing,
): readonly Certificate[] =>
  crossing === undefined
    ? chainFrom(generation)
    : [crossing.crossSign.certificate, ...chainFrom(crossing.signer)];

/** Throws authority.not-cross-signed. */
export const crossingOf = (
  issuer: Issuer,
  generation: SigningGeneration,
  via: number | undefined,
): Crossing | undefined => {
  if (via === undefined) return undefined;
  const crossSign = generation.crossSigns.find(({ by }) => by === via);
  if (crossSign === undefined) {
    const { name } = issuer;
    throw failure("authority.not-cross-signed", {
      issuer: name,
      number: generation.number,
      by: via,
    });
  }
  return { crossSign, signer: generationOf(issuer, via) };
};
