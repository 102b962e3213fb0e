import type { DatabaseSync } from "node:sqlite";

import type { CertificateFilter, StoredCertificate } from "../../ports/store.ts";
import { bytesOf, certificateOf, type CertificateRow } from "./rows.ts";

/** Newest first. Serial and fingerprint go by index; the rest reads the table from its end until `limit` are found. */
export const findCertificates = (
  database: DatabaseSync,
  filter: CertificateFilter,
): readonly StoredCertificate[] => {
  const conditions: string[] = [];
  const values: (string | number | Uint8Array)[] = [];
  const where = (condition: string, value: string | number | Uint8Array | undefined): void => {
    if (value === undefined) return;
    conditions.push(condition);
    values.push(value);
  };
  where("g.issuer = ?", filter.issuer);
  where("g.number = ?", filter.generation);
  where("c.serial = ?", filter.serial === undefined ? undefined : bytesOf(filter.serial));
  where(
    "c.fingerprint = ?",
    filter.fingerprint === undefined ? undefined : bytesOf(filter.fingerprint),
  );
  where("instr(lower(c.subject), lower(?)) > 0", filter.subject);
  where("c.not_after >= ?", filter.validAt);
  if (filter.revoked !== undefined) {
    conditions.push(`r.serial IS ${filter.revoked ? "NOT " : ""}NULL`);
  }
  const text = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
  const rows = database
    .prepare(
      `SELECT g.issuer, g.number, c.serial, c.fingerprint, c.key_id, c.subject, c.not_before, c.not_after,
              c.issued_at, c.profile, c.der, r.revoked_at, r.reason
       FROM certificates c
       JOIN generations g ON g.id = c.generation
       LEFT JOIN revocations r ON r.generation = c.generation AND r.serial = c.serial
       ${text} ORDER BY c.id DESC LIMIT ?`,
    )
    .all(...values, filter.limit ?? -1);
  return (rows as readonly unknown[] as readonly CertificateRow[]).map(certificateOf);
};
