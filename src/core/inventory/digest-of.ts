import { utf8Bytes } from "../bytes/utf8.ts";
import type { Digests } from "../model/cryptography.ts";
import type { Digest } from "../model/inventory.ts";
import { canonicalJson } from "../text/canonical-json.ts";

/** SHA-256 of the canonical text: the same for the same data, in whatever order it was put together. */
export const digestOf = (value: unknown, digests: Digests): Digest =>
  digests.sha256Hex(utf8Bytes(canonicalJson(value))) as Digest;
