import { CertwrightError } from "../../core/errors/certwright-error.ts";
import type { FileEvidence, FileRole } from "../../core/diagnosis/file-evidence.ts";
import type { Location } from "../../core/diagnosis/location.ts";
import { faultOf, noMaterial } from "../../core/material/material.ts";
import { readMaterial } from "../../core/material/read-material.ts";
import type { FileFacts } from "../../ports/files.ts";
import { digests } from "../crypto/node-digests.ts";
import type { PemExpectation } from "../../core/x509/pem.ts";
import { readFileBounded } from "../files/read.ts";
import { identifyKey } from "../source/identify-key.ts";

/** What a file should hold by what it is there for; a list has no other form to be taken for. */
const expectations: Readonly<Partial<Record<FileRole, PemExpectation>>> = {
  "client-ca": "certificate",
  "client-certificate": "certificate",
  "client-key": "private-key",
  "server-certificate": "certificate",
  "server-key": "private-key",
  "server-client-ca": "certificate",
  "peer-certificate": "certificate",
  "peer-key": "private-key",
  "peer-ca": "certificate",
  "ca-bundle": "certificate",
};

/** What the name of a file promises. */
const expectationOfName = (path: string): PemExpectation => {
  if (/\.(?:crt|cer)$/i.test(path)) return "certificate";
  return /(?:\.key|[-_]key\.pem)$/i.test(path) ? "private-key" : "any";
};

/**
 * The files of one run: each is read once, whoever names it. Bytes stay here; what leaves is what may be told.
 */
export class EvidenceReader {
  readonly #read = new Map<string, { bytes: Uint8Array; facts: FileFacts } | CertwrightError>();
  readonly #bytes = new WeakMap<FileEvidence, Uint8Array>();
  readonly #tokens = new WeakMap<object, string>();
  readonly #found: FileEvidence[] = [];

  /** Everything that was read, in the order in which it was named. */
  get files(): readonly FileEvidence[] {
    return this.#found;
  }

  /** A file by its path. Never throws: that it cannot be read is evidence. */
  file(path: string, role: FileRole, named: Location, name: string = path): FileEvidence {
    const known = this.#found.find(
      (one) => one.path === path && one.role === role && one.named.field === named.field,
    );
    if (known !== undefined) return known;
    const reading = this.#readOnce(path);
    const common = { name, path, role, named };
    if (reading instanceof CertwrightError) {
      const { code, message, hint } = reading;
      return this.#keep({ ...common, error: { code, message, hint }, material: noMaterial });
    }
    const { bytes, facts } = reading;
    const material = materialOf(bytes, {
      source: name,
      mode: facts.mode,
      expect: this.#expectation(path, role, named),
    });
    const { size, mode, uid } = facts;
    const evidence = this.#keep({ ...common, size, mode, uid, material });
    this.#bytes.set(evidence, bytes);
    return evidence;
  }

  /** Data that stands inside a manifest: its bytes are decoded already. */
  inline(bytes: Uint8Array, role: FileRole, named: Location): FileEvidence {
    const { file, field, line } = named;
    const origin = {
      source: file,
      ...(field === undefined ? {} : { within: field }),
      ...(line === undefined ? {} : { line }),
      expect: expectations[role] ?? "any",
    };
    const evidence = this.#keep({
      name: field === undefined ? file : `${file} (${field})`,
      role,
      named,
      size: bytes.length,
      material: materialOf(bytes, origin),
    });
    this.#bytes.set(evidence, bytes);
    return evidence;
  }

  /** Keeps a bearer token for the one who must present it; `claims` is what may be told of it. */
  keepToken(claims: object, token: string): void {
    this.#tokens.set(claims, token);
  }

  tokenOf(claims: object): string | undefined {
    return this.#tokens.get(claims);
  }

  /** The bytes of what was read, for the one who must present them to a server. */
  bytesOf(evidence: FileEvidence): Uint8Array | undefined {
    return this.#bytes.get(evidence);
  }

  /** A certificate file that was named alone may have its key behind it, or none: it is not asked for one. */
  #expectation(path: string, role: FileRole, { field }: Location): PemExpectation {
    const isCertificateToo = this.#found.some(
      (one) => one.path === path && one.role === "client-certificate" && one.named.field === field,
    );
    if (role === "client-key" && isCertificateToo) return "any";
    return expectations[role] ?? expectationOfName(path);
  }

  #keep(evidence: FileEvidence): FileEvidence {
    this.#found.push(evidence);
    return evidence;
  }

  #readOnce(path: string): { bytes: Uint8Array; facts: FileFacts } | CertwrightError {
    const known = this.#read.get(path);
    if (known !== undefined) return known;
    let reading: { bytes: Uint8Array; facts: FileFacts } | CertwrightError;
    try {
      reading = readFileBounded(path);
    } catch (error) {
      if (!(error instanceof CertwrightError)) throw error;
      reading = error;
    }
    this.#read.set(path, reading);
    return reading;
  }
}

const materialOf = (
  bytes: Uint8Array,
  origin: Parameters<typeof readMaterial>[1],
): FileEvidence["material"] => {
  try {
    return readMaterial(bytes, origin, digests, identifyKey);
  } catch (error) {
    if (!(error instanceof CertwrightError)) throw error;
    const fault = faultOf(error, { source: origin.source, offset: 0 });
    return { ...noMaterial, faults: [fault] };
  }
};
