import type { Digests } from "../model/cryptography.ts";
import type { Digest } from "../model/inventory.ts";
import { canonicalJson } from "../text/canonical-json.ts";

/** SHA-256 of the canonical text: the same for the same data, in whatever order it was put together. */
export const digestOf = (value: unknown, digests: Digests): Digest =>
  digests.sha256HexOfText(canonicalJson(value)) as Digest;
