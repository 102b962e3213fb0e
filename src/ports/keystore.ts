import type { KeyId } from "../core/model/certificate.ts";
import type { ExportableKey, PrivateKey } from "./private-key.ts";

/** Where CA keys rest. File: encrypted under one passphrase; HSM: never leaves. */
export interface Keystore {
  /** Durable when it resolves. The same key twice is no error. */
  put(id: KeyId, key: ExportableKey): Promise<void>;
  /** Throws keystore.no-key, keystore.wrong-passphrase, keystore.damaged. Unlocks on first use. */
  get(id: KeyId): Promise<PrivateKey>;
  has(id: KeyId): Promise<boolean>;
  /** For an explicit export only. */
  take(id: KeyId): Promise<ExportableKey>;
}
