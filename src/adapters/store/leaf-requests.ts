import type { DatabaseSync } from "node:sqlite";

import { failure } from "../../core/errors/certwright-error.ts";
import type { NewLeafRequest, StoredLeafRequest } from "../../ports/store.ts";
import { bytesOf, leafRequestOf, type LeafRequestRow } from "./rows.ts";

/** Oldest first. */
export const findLeafRequests = (
  database: DatabaseSync,
  filter: { readonly issuer: string; readonly generation: number } | undefined,
): readonly StoredLeafRequest[] => {
  const rows = database
    .prepare(
      `SELECT l.*, g.issuer, g.number FROM leaf_requests l JOIN generations g ON g.id = l.generation
       WHERE ?1 IS NULL OR (g.issuer = ?1 AND g.number = ?2) ORDER BY l.id`,
    )
    .all(filter?.issuer ?? null, filter?.generation ?? null);
  return (rows as readonly unknown[] as readonly LeafRequestRow[]).map(leafRequestOf);
};

export const insertLeafRequest = (
  database: DatabaseSync,
  generation: number,
  { name, keyId, like, key, request, requestedAt }: NewLeafRequest,
): void => {
  // What was asked for in the same place before, and nobody has answered, is wanted no more.
  database
    .prepare("DELETE FROM leaf_requests WHERE generation = ? AND name = ? AND certificate IS NULL")
    .run(generation, name);
  database
    .prepare(
      `INSERT INTO leaf_requests (generation, name, key_id, replaces, key_kept, request, requested_at)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      generation,
      name,
      bytesOf(keyId),
      like === undefined ? null : bytesOf(like),
      key === "kept" ? 1 : 0,
      request,
      requestedAt,
    );
};

/** Once only. Throws store.leaf-answered. */
export const completeLeafRequest = (
  database: DatabaseSync,
  id: number,
  certificate: Uint8Array,
): void => {
  const { changes } = database
    .prepare("UPDATE leaf_requests SET certificate = ? WHERE id = ? AND certificate IS NULL")
    .run(certificate, id);
  if (Number(changes) === 0) throw failure("store.leaf-answered", { id });
};
