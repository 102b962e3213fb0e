import type { Digests } from "../model/cryptography.ts";
import type { Digest } from "../model/inventory.ts";
import { canonicalJson } from "../text/canonical-json.ts";

/** SHA-256 of the canonical text: the same for the same data, in whatever order it was put together. */
export const digestOf = (value: unknown, digests: Digests): Digest =>
  digests.sha256HexOfText(canonicalJson(value)) as Digest;

/** Characters that are hashed at once: few calls, and the text of a long list (40 MB) is never whole in memory. */
const atOnce = 65_536;

/** The same for a list of any length: over the digests of its pieces. */
export const digestOfList = (values: readonly unknown[], digests: Digests): Digest => {
  const pieces: string[] = [];
  let text = "";
  for (const value of values) {
    // No canonical text has a line end, so that none can begin where another does.
    text += `${canonicalJson(value)}\n`;
    if (text.length < atOnce) continue;
    pieces.push(digests.sha256HexOfText(text));
    text = "";
  }
  return digestOf([...pieces, digests.sha256HexOfText(text)], digests);
};
