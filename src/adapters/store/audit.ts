import { hash } from "node:crypto";
import type { DatabaseSync, StatementSync } from "node:sqlite";

import type { Instant } from "../../core/model/certificate.ts";
import type { AuditEntry } from "../../ports/store.ts";

interface Row {
  readonly sequence: number;
  readonly at: number;
  readonly event: string;
  readonly detail: string;
  readonly hash: Uint8Array;
}

/**
 * An append-only log in which each entry's hash covers the one before: an entry cannot be changed, removed
 * or put in between without the rest no longer fitting. It does not show that the newest entries were cut off.
 */
export interface AuditLog {
  /** Inside the transaction of the change it tells of. */
  append(at: Instant, event: string, detail: Readonly<Record<string, unknown>>): void;
  /** Newest first. */
  newest(limit: number): readonly AuditEntry[];
  /** The sequence number of the first entry that does not fit, and how many were read. */
  verify(): { readonly entries: number; readonly broken?: number };
}

export const createAuditLog = (database: DatabaseSync): AuditLog => {
  const last = database.prepare("SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1");
  const insert = database.prepare(
    "INSERT INTO audit (sequence, at, event, detail, hash) VALUES (?, ?, ?, ?, ?)",
  );
  return {
    append: (at, event, detail) => {
      const previous = last.get() as Pick<Row, "sequence" | "hash"> | undefined;
      const sequence = (previous?.sequence ?? 0) + 1;
      const text = JSON.stringify(detail);
      insert.run(
        sequence,
        at,
        event,
        text,
        chained(previous?.hash, { sequence, at, event, detail: text }),
      );
    },
    newest: (limit) =>
      rows(database.prepare("SELECT * FROM audit ORDER BY sequence DESC LIMIT ?"), limit).map(
        entryOf,
      ),
    verify: () => {
      let previous: Uint8Array | undefined;
      let entries = 0;
      const all = database.prepare("SELECT * FROM audit ORDER BY sequence").iterate();
      for (const row of all as Iterable<unknown> as Iterable<Row>) {
        entries += 1;
        const expected = chained(previous, row);
        if (row.sequence !== entries || Buffer.compare(expected, row.hash) !== 0) {
          return { entries, broken: row.sequence };
        }
        previous = row.hash;
      }
      return { entries };
    },
  };
};

const rows = (statement: StatementSync, limit: number): readonly Row[] =>
  statement.all(limit) as readonly unknown[] as readonly Row[];

const chained = (previous: Uint8Array | undefined, entry: Omit<Row, "hash">): Uint8Array => {
  const { sequence, at, event, detail } = entry;
  const text = JSON.stringify([sequence, at, event, detail]);
  return hash(
    "sha256",
    Buffer.concat([previous ?? new Uint8Array(32), Buffer.from(text)]),
    "buffer",
  );
};

const entryOf = (row: Row): AuditEntry => ({
  sequence: row.sequence,
  at: row.at,
  event: row.event,
  detail: JSON.parse(row.detail) as Record<string, unknown>,
  hash: Buffer.from(row.hash).toString("hex"),
});
