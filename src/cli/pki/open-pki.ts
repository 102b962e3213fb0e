import { join } from "node:path";
import { domainToASCII } from "node:url";

import { systemClock } from "../../adapters/clock/system-clock.ts";
import { digests } from "../../adapters/crypto/node-digests.ts";
import { keyMaker } from "../../adapters/crypto/node-keys.ts";
import { verifySignature } from "../../adapters/crypto/node-verify.ts";
import { fileExists } from "../../adapters/files/exists.ts";
import {
  openFileKeystore,
  type FileKeystore,
  type PassphraseSource,
  type Sealer,
} from "../../adapters/keystore/file.ts";
import { createSystemRandom } from "../../adapters/random/system-random.ts";
import { openSqliteStore } from "../../adapters/store/sqlite.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import type { KeyId } from "../../core/model/certificate.ts";
import type { Authority } from "../../engine/authority/authority.ts";
import { openAuthority } from "../../engine/authority/open-authority.ts";
import type { OptionDefinition } from "../command.ts";
import type { Terminal } from "../terminal.ts";
import { integer } from "../values.ts";
import { changingPassphrase, passphraseSource, type PassphraseOptions } from "./passphrase.ts";
import { untilInterrupted } from "./until-interrupted.ts";

/** Options of every command that uses the PKI's directory. */
export const dirOption = {
  flag: "-d, --dir <directory>",
  description: "the PKI's directory (default: ./certwright-pki)",
  env: "CERTWRIGHT_DIR",
} as const satisfies OptionDefinition;

/** And of those that need a CA's key. */
export const pkiOptions = {
  dir: dirOption,
  passphraseFile: {
    flag: "--passphrase-file <file>",
    description: "read the passphrase of the CA keys from this file",
    env: "CERTWRIGHT_PASSPHRASE_FILE",
  },
  passphraseFd: {
    flag: "--passphrase-fd <number>",
    description: "read it from this open descriptor",
    // The lowest limit of open files that is common (RLIMIT_NOFILE's soft default).
    parse: integer(0, 1023),
  },
} as const satisfies Readonly<Record<string, OptionDefinition>>;

export interface PkiChoice extends PassphraseOptions {
  readonly dir?: string | undefined;
}

/**
 * The authority in that directory: DIR/store.sqlite and DIR/keys/. "use" throws store.absent where there is none.
 * A passphrase is asked for when the first CA key is needed, not before. Besides, whether a CA's key is there, for which
 * nothing is asked, and what encrypts backups under the keys' passphrase.
 */
export const openPkiAndKeys = (
  terminal: Terminal,
  choice: PkiChoice,
  mode: "create" | "use",
): {
  readonly authority: Authority;
  readonly hasKey: (id: KeyId) => Promise<boolean>;
  readonly sealer: Sealer;
} => {
  const directory = directoryOf(choice);
  const sealer = openKeys(choice, passphraseSource(terminal, choice));
  const keystore = untilInterrupted(sealer, terminal);
  const authority = openAuthority({
    store: openSqliteStore(join(directory, "store.sqlite"), mode === "create"),
    keystore,
    keyMaker,
    digests,
    verifySignature,
    clock: systemClock,
    random: createSystemRandom(),
    // Empty means that there is none.
    toAscii: (name) => domainToASCII(name) || undefined,
  });
  return { authority, hasKey: (id) => keystore.has(id), sealer };
};

const openKeys = (choice: PkiChoice, passphrases: PassphraseSource): FileKeystore =>
  openFileKeystore(join(directoryOf(choice), "keys"), keyMaker, passphrases);

/** Seals the keys of the PKI under another passphrase. Throws store.absent where there is no PKI. */
export const changeKeysPassphrase = async (
  terminal: Terminal,
  choice: PkiChoice,
  next: PassphraseOptions,
): Promise<void> => {
  const directory = directoryOf(choice);
  if (!fileExists(join(directory, "store.sqlite"))) throw failure("store.absent", { directory });
  terminal.leaving("one passphrase is valid, the old or the new one: try both");
  await openKeys(choice, changingPassphrase(terminal, choice, next)).changePassphrase();
};

export const directoryOf = (choice: PkiChoice): string => choice.dir ?? "certwright-pki";

/** Opens, uses and closes. */
export const withPki = async <T>(
  terminal: Terminal,
  choice: PkiChoice,
  mode: "create" | "use",
  use: (authority: Authority, hasKey: (id: KeyId) => Promise<boolean>) => Promise<T>,
): Promise<T> => {
  const { authority, hasKey } = openPkiAndKeys(terminal, choice, mode);
  // An interruption does not undo what is durable already, and only the log knows how far that is.
  terminal.leaving("what was done until now stays done; see it with: certwright ca log");
  try {
    return await use(authority, hasKey);
  } finally {
    authority.close();
  }
};
