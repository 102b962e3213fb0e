import type { CertwrightError } from "../errors/certwright-error.ts";
import type { ExitCode } from "../errors/definition.ts";
import type { Certificate, Flaw, KeyId, PublicKey } from "../model/certificate.ts";
import type { RevocationList } from "../model/revocation-list.ts";
import type { SigningRequest } from "../model/signing-request.ts";

/** Where something was found. */
export interface Place {
  /** A file's path, "host:port", or "standard input". */
  readonly source: string;
  /** Field inside a manifest: "users[0].user.client-certificate-data". */
  readonly within?: string;
  /** Counted from 1; of the manifest when `within` is set. */
  readonly line?: number;
  /** Bytes from the start of the source, or of the field when `within` is set. */
  readonly offset: number;
}

export interface FoundCertificate {
  readonly place: Place;
  readonly certificate: Certificate;
}

export interface FoundRequest {
  readonly place: Place;
  readonly request: SigningRequest & { readonly flaws: readonly Flaw[] };
}

export interface FoundRevocationList {
  readonly place: Place;
  readonly list: RevocationList & { readonly flaws: readonly Flaw[] };
}

/** A private key by what may be told of it. Its bytes never leave the adapter that read them. */
export interface FoundPrivateKey {
  readonly place: Place;
  /** Of its public part; undefined when it is encrypted or cannot be read. */
  readonly id: KeyId | undefined;
  readonly encrypted: boolean;
  /** Permission bits of its file; undefined when it came from elsewhere. */
  readonly mode: number | undefined;
}

export interface FoundPublicKey {
  readonly place: Place;
  readonly key: PublicKey;
}

/** Something wrong with what was read; the rest was read all the same. */
export interface MaterialFault {
  /** Stable word, "file.truncated". */
  readonly code: string;
  readonly place: Place;
  /** What is so, with its place. */
  readonly message: string;
  readonly hint: string | undefined;
  /** Every program this project knows of reads it all the same. */
  readonly harmless: boolean;
  /** Of a command that met it. */
  readonly exit: ExitCode;
}

/** What an operator's file, folder, manifest, server or pipe holds. */
export interface Material {
  readonly certificates: readonly FoundCertificate[];
  readonly requests: readonly FoundRequest[];
  readonly revocationLists: readonly FoundRevocationList[];
  readonly privateKeys: readonly FoundPrivateKey[];
  readonly publicKeys: readonly FoundPublicKey[];
  readonly faults: readonly MaterialFault[];
}

export const noMaterial: Material = {
  certificates: [],
  requests: [],
  revocationLists: [],
  privateKeys: [],
  publicKeys: [],
  faults: [],
};

/** The error as a fault of a place: what else was named is read all the same. */
export const faultOf = (error: CertwrightError, place: Place): MaterialFault => ({
  code: error.code,
  place,
  message: error.message,
  hint: error.hint,
  harmless: false,
  exit: error.exit,
});

/** One after the other, in order. */
export const joinMaterial = (parts: readonly Material[]): Material => ({
  certificates: parts.flatMap((part) => part.certificates),
  requests: parts.flatMap((part) => part.requests),
  revocationLists: parts.flatMap((part) => part.revocationLists),
  privateKeys: parts.flatMap((part) => part.privateKeys),
  publicKeys: parts.flatMap((part) => part.publicKeys),
  faults: parts.flatMap((part) => part.faults),
});

/** "pki/ca.pem", "admin.conf (users[0].user.client-key-data)". */
export const placeText = ({ source, within }: Place): string =>
  within === undefined ? source : `${source} (${within})`;
