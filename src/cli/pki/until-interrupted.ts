import type { Keystore } from "../../ports/keystore.ts";
import type { Terminal } from "../terminal.ts";

/**
 * A keystore that gives out no key after Ctrl-C. Typing a passphrase and deriving a key from it take seconds, and a
 * signature needs the key: what was not signed when the operator changed their mind never is.
 */
export const untilInterrupted = (
  keystore: Keystore,
  terminal: Pick<Terminal, "interrupted">,
): Keystore => {
  const given = <T>(value: T): T => {
    terminal.interrupted.throwIfAborted();
    return value;
  };
  return {
    has: (id) => keystore.has(id),
    put: async (id, key) => given(await keystore.put(id, key)),
    get: async (id) => given(await keystore.get(id)),
    take: async (id) => given(await keystore.take(id)),
  };
};
