import assert from "node:assert/strict";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";

import type { Fingerprint, KeyId } from "../../core/model/certificate.ts";
import type { NewGeneration, Store, StoredCertificate } from "../../ports/store.ts";
import { APPLICATION_ID, MIGRATIONS } from "./schema.ts";
import { openSqliteStore } from "./sqlite.ts";

const withPath = async (use: (path: string) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "certwright-store-"));
  try {
    await use(join(folder, "pki", "store.sqlite"));
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const hex = (byte: number, count = 32): string => byte.toString(16).padStart(2, "0").repeat(count);

const generation = (issuer: string, number = 1): NewGeneration => ({
  issuer,
  number,
  stage: "issuing",
  keyId: hex(number) as KeyId,
  certificate: Uint8Array.of(0x30, number),
  chain: [Uint8Array.of(1), Uint8Array.of(2)],
  createdAt: 1000,
});

const certificate = (issuer: string, byte: number): StoredCertificate => ({
  issuer,
  generation: 1,
  serial: hex(byte, 20),
  fingerprint: hex(byte) as Fingerprint,
  keyId: hex(byte) as KeyId,
  subject: `CN=node-${byte}`,
  notBefore: 0,
  notAfter: 10_000 + byte,
  issuedAt: 2000,
  profile: "tls-server",
  der: Uint8Array.of(byte),
});

const opened = async (path: string, use: (store: Store) => Promise<void>): Promise<void> => {
  const store = openSqliteStore(path, true);
  try {
    await use(store);
  } finally {
    store.close();
  }
};

test("what was recorded is there after opening again, and nobody else may read the files", async () => {
  await withPath(async (path) => {
    await opened(path, async (store) => {
      await store.addIssuer(generation("etcd-ca"), certificate("etcd-ca", 1));
      await store.record([certificate("etcd-ca", 2), certificate("etcd-ca", 3)]);
      for (const suffix of ["", "-wal", "-shm"]) {
        assert.equal(statSync(path + suffix).mode & 0o777, 0o600, suffix);
      }
    });
    assert.equal(statSync(join(path, "..")).mode & 0o777, 0o700);
    await opened(path, async (store) => {
      assert.deepEqual(
        (await store.generations("etcd-ca")).map(({ chain, stage }) => [chain.length, stage]),
        [[2, "issuing"]],
      );
      const found = await store.certificates({ subject: "NODE-2" });
      assert.deepEqual(
        { ...found[0], der: [...found[0]!.der] },
        { ...certificate("etcd-ca", 2), der: [2] },
      );
      assert.deepEqual(
        (await store.certificates({ limit: 2 })).map(({ subject }) => subject),
        ["CN=node-3", "CN=node-2"],
      );
    });
  });
});

test("a serial is taken once, and the batch that repeats it leaves nothing", async () => {
  await withPath(async (path) => {
    await opened(path, async (store) => {
      await store.addIssuer(generation("ca"), certificate("ca", 1));
      const again = { ...certificate("ca", 9), serial: hex(1, 20) };
      await assert.rejects(store.record([certificate("ca", 2), again]), {
        code: "store.serial-taken",
      });
      assert.equal((await store.certificates({})).length, 1);
      assert.equal((await store.verifyAudit()).entries, 3);
    });
  });
});

test("a name is an issuer's once", async () => {
  await withPath(async (path) => {
    await opened(path, async (store) => {
      await store.addIssuer(generation("ca"));
      await assert.rejects(store.addIssuer(generation("ca", 2)), { code: "store.issuer-exists" });
      await assert.rejects(store.addGeneration(generation("ca")), {
        code: "store.generation-exists",
      });
      await store.addGeneration(generation("ca", 2));
    });
  });
});

test("a revocation is told once, and leaves the list when its certificate has expired", async () => {
  await withPath(async (path) => {
    await opened(path, async (store) => {
      await store.addIssuer(generation("ca"), certificate("ca", 1));
      const revocation = {
        serial: hex(1, 20),
        revokedAt: 3000,
        reason: "superseded",
        entry: Uint8Array.of(7),
      } as const;
      await store.revoke(certificate("ca", 1), revocation);
      await assert.rejects(store.revoke(certificate("ca", 1), revocation), {
        code: "store.already-revoked",
      });
      const [found] = await store.certificates({ revoked: true });
      assert.equal(found!.reason, "superseded");
      assert.equal((await store.revocations("ca", 1, 10_001)).length, 1);
      assert.equal((await store.revocations("ca", 1, 10_002)).length, 0);
    });
  });
});

test("the numbers of revocation lists only grow", async () => {
  await withPath(async (path) => {
    await opened(path, async (store) => {
      await store.addIssuer(generation("ca"));
      const list = {
        issuer: "ca",
        generation: 1,
        thisUpdate: 1,
        nextUpdate: 2,
        der: new Uint8Array(1),
      };
      await store.addRevocationList({ ...list, number: 1n }, 1);
      await store.addRevocationList({ ...list, number: 5n }, 1);
      await assert.rejects(store.addRevocationList({ ...list, number: 5n }, 1), {
        code: "store.crl-number-taken",
      });
      assert.equal((await store.latestRevocationList("ca", 1))!.number, 5n);
    });
  });
});

test("an audit entry that was changed, removed or put in between is found", async () => {
  for (const [sql, broken] of [
    ["UPDATE audit SET detail = replace(detail, 'node-1', 'node-7') WHERE sequence = 3", 3],
    ["DELETE FROM audit WHERE sequence = 2", 3],
    ["UPDATE audit SET at = at + 1 WHERE sequence = 1", 1],
  ] as const) {
    await withPath(async (path) => {
      await opened(path, async (store) => {
        await store.addIssuer(generation("ca"), certificate("ca", 1));
        assert.equal((await store.verifyAudit()).entries, 3);
      });
      const database = new DatabaseSync(path);
      database.exec(sql);
      database.close();
      await opened(path, async (store) => {
        await assert.rejects(store.verifyAudit(), (error: { parameters: object }) => {
          assert.deepEqual(error.parameters, { path, sequence: broken });
          return true;
        });
      });
    });
  }
});

test("an absent store, a damaged one, a foreign database and a newer store each say so", async () => {
  await withPath(async (path) => {
    assert.throws(() => openSqliteStore(path, false), { code: "store.absent" });
    openSqliteStore(path, true).close();
    const database = new DatabaseSync(path);
    database.exec("PRAGMA user_version = 99");
    database.close();
    assert.throws(() => openSqliteStore(path, false), { code: "store.newer" });
    writeFileSync(path, "this is not a database, but long enough to be looked at as one");
    assert.throws(() => openSqliteStore(path, false), { code: "store.damaged" });
    rmSync(path);
    const foreign = new DatabaseSync(path);
    foreign.exec("CREATE TABLE theirs (a)");
    foreign.close();
    assert.throws(() => openSqliteStore(path, false), { code: "store.foreign" });
  });
});

test("a page of the store that was overwritten is named as damage when it is read", async () => {
  await withPath(async (path) => {
    await opened(path, async (store) => {
      await store.addIssuer(generation("ca"));
      await store.record(Array.from({ length: 200 }, (_, i) => certificate("ca", i + 1)));
    });
    const bytes = readFileSync(path);
    bytes.fill(0xff, 4096);
    chmodSync(path, 0o600);
    writeFileSync(path, bytes);
    const store = openSqliteStore(path, false);
    await assert.rejects(store.certificates({}), { code: "store.damaged" });
    store.close();
  });
});

test("a store of the first version gets the tables that came later, and keeps what it held", async () => {
  await withPath(async (path) => {
    mkdirSync(dirname(path));
    const old = new DatabaseSync(path);
    old.exec(MIGRATIONS[0]!);
    old.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = 1`);
    old.exec("INSERT INTO issuers VALUES ('etcd-ca', 1000)");
    const insert = old.prepare(
      "INSERT INTO generations (issuer, number, stage, key_id, certificate, created_at) VALUES (?, ?, ?, ?, ?, ?)",
    );
    insert.run("etcd-ca", 1, "issuing", Buffer.from(hex(1), "hex"), Uint8Array.of(1), 1000);
    insert.run("etcd-ca", 2, "staged", Buffer.from(hex(2), "hex"), Uint8Array.of(2), 1000);
    old.close();
    await opened(path, async (store) => {
      assert.deepEqual(await store.leafRequests(), []);
      await store.addCrossSign(2, certificate("etcd-ca", 7));
      await assert.rejects(
        store.addCrossSign(2, certificate("etcd-ca", 8)),
        /generation 2 of etcd-ca was cross-signed by generation 1 already/,
      );
    });
    await opened(path, async (store) => {
      assert.deepEqual(
        (await store.generations("etcd-ca")).map(({ number, stage, crossSigns }) => [
          number,
          stage,
          crossSigns.map(({ by, der }) => [by, ...der]),
        ]),
        [
          [1, "issuing", []],
          [2, "staged", [[1, 7]]],
        ],
      );
      // What lost was rolled back as a whole.
      assert.deepEqual(
        (await store.certificates({})).map(({ subject }) => subject),
        ["CN=node-7"],
      );
    });
    const { user_version: version } = new DatabaseSync(path).prepare("PRAGMA user_version").get()!;
    assert.equal(version, MIGRATIONS.length);
  });
});
