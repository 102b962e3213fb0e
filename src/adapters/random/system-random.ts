import { randomFillSync } from "node:crypto";

import type { Random } from "../../ports/random.ts";

/** One call into OpenSSL costs 2.6 µs whatever its size; a serial takes 16 of these bytes. */
const POOL_SIZE = 4096;

/** The operating system's random numbers, fetched in pools. Bytes are handed out once and cleared from the pool. */
export const createSystemRandom = (): Random => {
  const pool = new Uint8Array(POOL_SIZE);
  let used = POOL_SIZE;
  return {
    bytes: (length) => {
      if (length > POOL_SIZE) return randomFillSync(new Uint8Array(length));
      if (used + length > POOL_SIZE) {
        randomFillSync(pool);
        used = 0;
      }
      const bytes = pool.slice(used, used + length);
      pool.fill(0, used, used + length);
      used += length;
      return bytes;
    },
  };
};
