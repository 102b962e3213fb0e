import type { Digests, VerifySignature } from "../../core/model/cryptography.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Keystore } from "../../ports/keystore.ts";
import type { KeyMaker } from "../../ports/private-key.ts";
import type { Random } from "../../ports/random.ts";
import type { Store } from "../../ports/store.ts";

/** All that an authority needs of the world. */
export interface AuthorityPorts {
  readonly store: Store;
  readonly keystore: Keystore;
  readonly keyMaker: KeyMaker;
  readonly digests: Digests;
  readonly verifySignature: VerifySignature;
  readonly clock: Clock;
  readonly random: Random;
  /** IDNA ToASCII; absent: names with other than ASCII letters are refused. */
  readonly toAscii?: (name: string) => string | undefined;
}
