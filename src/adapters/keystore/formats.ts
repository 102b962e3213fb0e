import { failure } from "../../core/errors/certwright-error.ts";
import { isAffordable, type ScryptCost, type Sealed } from "./sealed.ts";

// Two kinds of file. The header holds a random master key, sealed under the passphrase; each key file holds one
// private key, sealed under the master key. So a command derives from the passphrase once, however many keys it uses,
// and a new passphrase rewrites one file.

const VERSION = 1;

export interface Header {
  readonly format: "certwright-keystore";
  readonly version: number;
  readonly scrypt: ScryptCost & { readonly salt: string };
  readonly master: Sealed;
}

export interface KeyFile {
  readonly format: "certwright-key";
  readonly version: number;
  readonly id: string;
  readonly key: Sealed;
}

export const headerOf = (scrypt: Header["scrypt"], master: Sealed): Header => ({
  format: "certwright-keystore",
  version: VERSION,
  scrypt,
  master,
});

export const keyFileOf = (id: string, key: Sealed): KeyFile => ({
  format: "certwright-key",
  version: VERSION,
  id,
  key,
});

/** What the seals are bound to: kind and version of the file, and whose key it is. */
export const aboutMaster = `certwright-keystore ${VERSION} master`;
export const aboutKey = (id: string): string => `certwright-key ${VERSION} ${id}`;

export const write = (file: Header | KeyFile): Uint8Array =>
  new TextEncoder().encode(`${JSON.stringify(file, undefined, 2)}\n`);

export const readHeader = (path: string, bytes: Uint8Array): Header => {
  const header = readJson(path, bytes, "certwright-keystore");
  const { scrypt, master } = header as Partial<Header>;
  const numbers = [scrypt?.N, scrypt?.r, scrypt?.p];
  if (
    !numbers.every((number) => Number.isSafeInteger(number) && number! > 0) ||
    typeof scrypt?.salt !== "string" ||
    !isSealed(master)
  ) {
    throw failure("keystore.damaged", { path, why: "scrypt or master is missing or malformed" });
  }
  if (!isAffordable(scrypt)) {
    throw failure("keystore.damaged", { path, why: "scrypt asks for more than 1 GiB of memory" });
  }
  return header as unknown as Header;
};

export const readKeyFile = (path: string, bytes: Uint8Array, id: string): KeyFile => {
  const file = readJson(path, bytes, "certwright-key");
  const { key } = file as Partial<KeyFile>;
  if (!isSealed(key)) throw failure("keystore.damaged", { path, why: "key is malformed" });
  if (file["id"] !== id) {
    throw failure("keystore.damaged", { path, why: `it is the key ${String(file["id"])}` });
  }
  return file as unknown as KeyFile;
};

const readJson = (
  path: string,
  bytes: Uint8Array,
  format: string,
): Readonly<Record<string, unknown>> => {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw failure("keystore.damaged", { path, why: "it is not JSON" });
  }
  if (typeof json !== "object" || json === null || !("format" in json) || json.format !== format) {
    throw failure("keystore.damaged", { path, why: `its format is not ${format}` });
  }
  const found = "version" in json ? Number(json.version) : NaN;
  if (found > VERSION) throw failure("keystore.newer", { path, found, known: VERSION });
  return json as Record<string, unknown>;
};

const isSealed = (value: unknown): value is Sealed =>
  typeof value === "object" &&
  value !== null &&
  typeof (value as Partial<Sealed>).nonce === "string" &&
  typeof (value as Partial<Sealed>).ciphertext === "string";
