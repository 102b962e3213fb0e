import type { Slot } from "../model/inventory.ts";
import type { Survey } from "./survey.ts";

// The key pair of ServiceAccount tokens: sa.key signs, sa.pub says whose tokens are accepted. No certificate is shown
// to anybody and nothing can be cross-signed, so that every verifier has to know a new key before anybody signs with it.

/** Whether a slot holds bare keys. */
export const isKeyPair = ({ place }: Slot): boolean =>
  place.form?.kind === "public-keys" || place.form?.kind === "private-key";

/** Issuers of tokens instead of certificates. */
export const keyPairsIn = ({ inventory }: Survey): ReadonlySet<string> =>
  new Set(inventory.slots.filter(isKeyPair).map(({ issuer }) => issuer));
