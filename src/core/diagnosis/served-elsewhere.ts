import { hexOf } from "../bytes/hex.ts";
import type { Observation } from "../tls/observation.ts";

/** The server's own certificate of a look, as hexadecimal DER: to see whether two looks met the same one. */
export const bytesOfFirst = (look: Observation | undefined): string | undefined => {
  const [leaf] = look?.handshake?.flight.chain ?? [];
  return leaf === undefined ? undefined : hexOf(leaf);
};
