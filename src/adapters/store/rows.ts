import type { Fingerprint, KeyId } from "../../core/model/certificate.ts";
import type { RevocationReason } from "../../core/model/revocation-list.ts";
import type { Stage } from "../../core/model/stage.ts";
import type {
  StoredCertificate,
  StoredCrossSign,
  StoredGeneration,
  StoredLeafRequest,
} from "../../ports/store.ts";

// Rows as SQLite gives them, and what they are in the port's words.

export interface GenerationRow {
  readonly id: number;
  readonly issuer: string;
  readonly number: number;
  readonly stage: Stage;
  readonly key_id: Uint8Array;
  readonly certificate: Uint8Array | null;
  readonly signing_request: Uint8Array | null;
  readonly created_at: number;
}

export interface CertificateRow {
  readonly issuer: string;
  readonly number: number;
  readonly serial: Uint8Array;
  readonly fingerprint: Uint8Array;
  readonly key_id: Uint8Array;
  readonly subject: string;
  readonly not_before: number;
  readonly not_after: number;
  readonly issued_at: number;
  readonly profile: string;
  readonly der: Uint8Array;
  readonly revoked_at: number | null;
  readonly reason: RevocationReason | null;
}

export interface LeafRequestRow {
  readonly id: number;
  readonly issuer: string;
  readonly number: number;
  readonly name: string;
  readonly key_id: Uint8Array;
  readonly replaces: Uint8Array | null;
  readonly key_kept: number;
  readonly request: Uint8Array;
  readonly requested_at: number;
  readonly certificate: Uint8Array | null;
}

export const hexOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex");

export const bytesOf = (hex: string): Uint8Array => Buffer.from(hex, "hex");

export const generationOf = (
  row: GenerationRow,
  chain: readonly Uint8Array[],
  crossSigns: readonly StoredCrossSign[],
): StoredGeneration => ({
  issuer: row.issuer,
  number: row.number,
  stage: row.stage,
  keyId: hexOf(row.key_id) as KeyId,
  ...(row.certificate === null ? {} : { certificate: row.certificate }),
  ...(row.signing_request === null ? {} : { signingRequest: row.signing_request }),
  chain,
  createdAt: row.created_at,
  crossSigns,
});

export const certificateOf = (row: CertificateRow): StoredCertificate => ({
  issuer: row.issuer,
  generation: row.number,
  serial: hexOf(row.serial),
  fingerprint: hexOf(row.fingerprint) as Fingerprint,
  keyId: hexOf(row.key_id) as KeyId,
  subject: row.subject,
  notBefore: row.not_before,
  notAfter: row.not_after,
  issuedAt: row.issued_at,
  profile: row.profile,
  der: row.der,
  ...(row.revoked_at === null ? {} : { revokedAt: row.revoked_at }),
  ...(row.reason === null ? {} : { reason: row.reason }),
});

export const leafRequestOf = (row: LeafRequestRow): StoredLeafRequest => ({
  id: row.id,
  issuer: row.issuer,
  generation: row.number,
  name: row.name,
  keyId: hexOf(row.key_id) as KeyId,
  ...(row.replaces === null ? {} : { like: hexOf(row.replaces) as Fingerprint }),
  key: row.key_kept === 0 ? "there" : "kept",
  request: row.request,
  requestedAt: row.requested_at,
  ...(row.certificate === null ? {} : { certificate: row.certificate }),
});
