import type { DatabaseSync } from "node:sqlite";

import { failure } from "../../core/errors/certwright-error.ts";
import type { RevocationReason } from "../../core/model/revocation-list.ts";
import type {
  NewGeneration,
  Store,
  StoredCertificate,
  StoredGeneration,
} from "../../ports/store.ts";
import { createAuditLog } from "./audit.ts";
import { isConstraint, named, openDatabase, transaction } from "./database.ts";
import { findCertificates } from "./find-certificates.ts";
import { completeLeafRequest, findLeafRequests, insertLeafRequest } from "./leaf-requests.ts";
import { bytesOf, generationOf, hexOf, type GenerationRow } from "./rows.ts";

/** A store in one SQLite file. Throws store.absent when it is not there and `create` is false. */
export const openSqliteStore = (path: string, create: boolean): Store => {
  const database = openDatabase(path, create);
  const audit = createAuditLog(database);
  const read = async <T>(work: () => T): Promise<T> => named(path, work);
  const change = async <T>(work: () => T): Promise<T> =>
    named(path, () => transaction(database, work));
  const generationId = prepareGenerationId(database);
  const insertCertificate = prepareInsertCertificate(database, generationId);

  const addGeneration = (generation: NewGeneration, certificate?: StoredCertificate): void => {
    insertGeneration(database, generation);
    audit.append(generation.createdAt, "generation-created", {
      issuer: generation.issuer,
      generation: generation.number,
      key: generation.keyId,
    });
    if (certificate !== undefined) record(certificate);
  };
  const record = (certificate: StoredCertificate): void => {
    insertCertificate(certificate);
    audit.append(certificate.issuedAt, "certificate-issued", {
      issuer: certificate.issuer,
      generation: certificate.generation,
      serial: certificate.serial,
      fingerprint: certificate.fingerprint,
      subject: certificate.subject,
      profile: certificate.profile,
      notAfter: certificate.notAfter,
    });
  };

  return {
    issuers: () =>
      read(() => {
        const rows = database.prepare("SELECT name, created_at FROM issuers ORDER BY name").all();
        return rows.map((row) => ({
          name: String(row["name"]),
          createdAt: Number(row["created_at"]),
        }));
      }),
    generations: (issuer) => read(() => findGenerations(database, issuer)),
    addIssuer: (generation, certificate, adopted) =>
      change(() => {
        try {
          database
            .prepare("INSERT INTO issuers (name, created_at) VALUES (?, ?)")
            .run(generation.issuer, generation.createdAt);
        } catch (error) {
          if (!isConstraint(error)) throw error;
          throw failure("store.issuer-exists", { name: generation.issuer }, error);
        }
        const event = adopted === undefined ? "issuer-created" : "issuer-adopted";
        audit.append(generation.createdAt, event, { issuer: generation.issuer, ...adopted });
        addGeneration(generation, certificate);
      }),
    addGeneration: (generation, certificate) =>
      change(() => addGeneration(generation, certificate)),
    addCrossSign: (number, certificate) =>
      change(() => {
        const { issuer, generation: by, der, serial, fingerprint, issuedAt } = certificate;
        try {
          database
            .prepare("INSERT INTO cross_signs (generation, signer, der) VALUES (?, ?, ?)")
            .run(generationId(issuer, number), generationId(issuer, by), der);
        } catch (error) {
          if (!isConstraint(error)) throw error;
          throw failure("store.cross-sign-exists", { issuer, number, by }, error);
        }
        audit.append(issuedAt, "generation-cross-signed", {
          issuer,
          generation: number,
          by,
          serial,
          fingerprint,
        });
        record(certificate);
      }),
    completeGeneration: (issuer, number, certificate, chain, at) =>
      change(() => {
        const id = generationId(issuer, number);
        const { changes } = database
          .prepare(
            `UPDATE generations SET certificate = ?, signing_request = NULL,
               stage = CASE number WHEN 1 THEN 'issuing' ELSE stage END
             WHERE id = ? AND certificate IS NULL`,
          )
          .run(certificate, id);
        if (Number(changes) === 0) throw failure("store.generation-complete", { issuer, number });
        insertChain(database, id, chain);
        audit.append(at, "generation-completed", { issuer, generation: number });
      }),
    leafRequests: (filter) => read(() => findLeafRequests(database, filter)),
    addLeafRequest: (request) =>
      change(() => {
        const { issuer, generation, name, keyId, requestedAt } = request;
        insertLeafRequest(database, generationId(issuer, generation), request);
        audit.append(requestedAt, "leaf-requested", { issuer, generation, name, key: keyId });
      }),
    answerLeafRequest: (id, certificate) =>
      change(() => {
        completeLeafRequest(database, id, certificate.der);
        record(certificate);
      }),
    setStages: (issuer, stages, at) =>
      change(() => {
        for (const { number, stage } of stages) {
          const id = generationId(issuer, number);
          database.prepare("UPDATE generations SET stage = ? WHERE id = ?").run(stage, id);
          audit.append(at, "stage-set", { issuer, generation: number, stage });
        }
      }),
    record: (certificates) => change(() => certificates.forEach(record)),
    certificates: (filter) => read(() => findCertificates(database, filter)),
    revoke: (certificate, revocation) =>
      change(() => {
        const { issuer, generation, serial } = certificate;
        const { revokedAt, reason, entry } = revocation;
        const id = generationId(issuer, generation);
        try {
          database
            .prepare(
              `INSERT INTO revocations (generation, serial, revoked_at, reason, not_after, entry)
               VALUES (?, ?, ?, ?, ?, ?)`,
            )
            .run(id, bytesOf(serial), revokedAt, reason, certificate.notAfter, entry);
        } catch (error) {
          if (!isConstraint(error)) throw error;
          throw failure("store.already-revoked", { serial }, error);
        }
        audit.append(revokedAt, "certificate-revoked", { issuer, generation, serial, reason });
      }),
    revocations: (issuer, generation, since) =>
      read(() =>
        database
          .prepare(
            `SELECT serial, revoked_at, reason, entry FROM revocations
             WHERE generation = ? AND not_after >= ? ORDER BY revoked_at, serial`,
          )
          .all(generationId(issuer, generation), since)
          .map((row) => ({
            serial: hexOf(row["serial"] as Uint8Array),
            revokedAt: Number(row["revoked_at"]),
            reason: row["reason"] as RevocationReason,
            entry: row["entry"] as Uint8Array,
          })),
      ),
    latestRevocationList: (issuer, generation) =>
      read(() => {
        const row = database
          .prepare("SELECT * FROM revocation_lists WHERE generation = ?")
          .get(generationId(issuer, generation));
        if (row === undefined) return undefined;
        return {
          issuer,
          generation,
          number: BigInt(Number(row["number"])),
          thisUpdate: Number(row["this_update"]),
          nextUpdate: Number(row["next_update"]),
          der: row["der"] as Uint8Array,
        };
      }),
    addRevocationList: (list, at) =>
      change(() => {
        const { issuer, generation, number, thisUpdate, nextUpdate, der } = list;
        const { changes } = database
          .prepare(
            `INSERT INTO revocation_lists (generation, number, this_update, next_update, der)
             VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (generation) DO UPDATE SET number = excluded.number,
               this_update = excluded.this_update, next_update = excluded.next_update, der = excluded.der
             WHERE excluded.number > revocation_lists.number`,
          )
          .run(generationId(issuer, generation), number, thisUpdate, nextUpdate, der);
        if (Number(changes) === 0) throw failure("store.crl-number-taken", { issuer, number });
        audit.append(at, "revocation-list-issued", {
          issuer,
          generation,
          number: Number(number),
        });
      }),
    note: (at, event, detail) => change(() => audit.append(at, event, detail)),
    audit: (options) => read(() => audit.newest(options?.limit ?? -1)),
    verifyAudit: () =>
      read(() => {
        const { entries, broken } = audit.verify();
        if (broken !== undefined) throw failure("store.audit-broken", { path, sequence: broken });
        return { entries };
      }),
    close: () => database.close(),
  };
};

const prepareGenerationId = (database: DatabaseSync) => {
  const find = database.prepare("SELECT id FROM generations WHERE issuer = ? AND number = ?");
  const known = new Map<string, number>();
  return (issuer: string, number: number): number => {
    const word = `${number} ${issuer}`;
    let id = known.get(word);
    if (id === undefined) {
      id = Number(find.get(issuer, number)?.["id"]);
      // Rows of generations are never removed, so an id once found stays right; an unknown one is not kept.
      if (!Number.isNaN(id)) known.set(word, id);
    }
    return id;
  };
};

const prepareInsertCertificate = (
  database: DatabaseSync,
  generationId: (issuer: string, number: number) => number,
) => {
  const insert = database.prepare(
    `INSERT INTO certificates (generation, serial, fingerprint, key_id, subject, not_before, not_after,
                               issued_at, profile, der)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return (c: StoredCertificate): void => {
    try {
      insert.run(
        generationId(c.issuer, c.generation),
        bytesOf(c.serial),
        bytesOf(c.fingerprint),
        bytesOf(c.keyId),
        c.subject,
        c.notBefore,
        c.notAfter,
        c.issuedAt,
        c.profile,
        c.der,
      );
    } catch (error) {
      if (!isConstraint(error)) throw error;
      throw failure("store.serial-taken", { serial: c.serial }, error);
    }
  };
};

const insertGeneration = (database: DatabaseSync, generation: NewGeneration): void => {
  const { issuer, number, stage, keyId, certificate, signingRequest, createdAt } = generation;
  let id: number | bigint;
  try {
    id = database
      .prepare(
        `INSERT INTO generations (issuer, number, stage, key_id, certificate, signing_request, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        issuer,
        number,
        stage,
        bytesOf(keyId),
        certificate ?? null,
        signingRequest ?? null,
        createdAt,
      ).lastInsertRowid;
  } catch (error) {
    if (!isConstraint(error)) throw error;
    throw failure("store.generation-exists", { issuer, number }, error);
  }
  insertChain(database, Number(id), generation.chain);
};

const insertChain = (
  database: DatabaseSync,
  generation: number,
  chain: readonly Uint8Array[],
): void => {
  const insert = database.prepare(
    "INSERT INTO chains (generation, position, der) VALUES (?, ?, ?)",
  );
  for (const [position, der] of chain.entries()) insert.run(generation, position, der);
};

const findGenerations = (
  database: DatabaseSync,
  issuer: string | undefined,
): readonly StoredGeneration[] => {
  const chain = database.prepare("SELECT der FROM chains WHERE generation = ? ORDER BY position");
  const crossSigns = database.prepare(
    `SELECT g.number, x.der FROM cross_signs x JOIN generations g ON g.id = x.signer
     WHERE x.generation = ? ORDER BY g.number`,
  );
  const rows = database
    .prepare("SELECT * FROM generations WHERE ?1 IS NULL OR issuer = ?1 ORDER BY issuer, number")
    .all(issuer ?? null) as readonly unknown[] as readonly GenerationRow[];
  return rows.map((row) =>
    generationOf(
      row,
      chain.all(row.id).map((link) => link["der"] as Uint8Array),
      crossSigns
        .all(row.id)
        .map((one) => ({ by: Number(one["number"]), der: one["der"] as Uint8Array })),
    ),
  );
};
