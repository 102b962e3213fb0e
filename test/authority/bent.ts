import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { systemClock } from "../../src/adapters/clock/system-clock.ts";
import { digests } from "../../src/adapters/crypto/node-digests.ts";
import { keyMaker } from "../../src/adapters/crypto/node-keys.ts";
import { verifySignature } from "../../src/adapters/crypto/node-verify.ts";
import { createSystemRandom } from "../../src/adapters/random/system-random.ts";
import { openSqliteStore } from "../../src/adapters/store/sqlite.ts";
import type { Authority } from "../../src/engine/authority/authority.ts";
import { openAuthority } from "../../src/engine/authority/open-authority.ts";
import type { AuthorityPorts } from "../../src/engine/authority/ports.ts";
import type { Keystore } from "../../src/ports/keystore.ts";
import type { ExportableKey } from "../../src/ports/private-key.ts";

const memoryKeystore = (): Keystore => {
  const keys = new Map<string, ExportableKey>();
  return {
    put: async (id, key) => void keys.set(id, key),
    get: async (id) => keys.get(id)!,
    has: async (id) => keys.has(id),
    take: async (id) => keys.get(id)!,
  };
};

/** An authority whose ports a test may bend. */
export const withAuthority = async (
  bend: (ports: AuthorityPorts) => AuthorityPorts,
  use: (authority: Authority) => Promise<void>,
): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "certwright-authority-"));
  const ports: AuthorityPorts = {
    store: openSqliteStore(join(folder, "store.sqlite"), true),
    keystore: memoryKeystore(),
    keyMaker,
    digests,
    verifySignature,
    clock: systemClock,
    random: createSystemRandom(),
  };
  const authority = openAuthority(bend(ports));
  try {
    await use(authority);
  } finally {
    authority.close();
    rmSync(folder, { recursive: true });
  }
};
