import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { systemNodes } from "../../src/adapters/node/system-nodes.ts";
import { isFailure } from "../../src/core/errors/certwright-error.ts";
import { boltFault, boltMetaBytes } from "../../src/core/recovery/copy/bolt-database.ts";
import { checkColdCopy, makeColdCopy } from "../../src/engine/recovery/cold-copy.ts";
import type { NodeSession } from "../../src/ports/node.ts";

const folder = mkdtempSync(join(tmpdir(), "certwright-copy-"));
after(() => rmSync(folder, { recursive: true }));
const session = await systemNodes.open({
  name: "here",
  addresses: [],
  access: { kind: "local" },
});

/** The page of a database that `sum`, FNV-1a over 56 bytes, seals: bbolt internal/common/meta.go. */
const metaPage = (pages: number, transaction: number): Buffer => {
  const page = Buffer.alloc(4096);
  page.writeUInt32LE(0xed0c_daed, 16);
  page.writeUInt32LE(2, 20);
  page.writeUInt32LE(4096, 24);
  page.writeBigUInt64LE(BigInt(pages), 56);
  page.writeBigUInt64LE(BigInt(transaction), 64);
  let sum = 0xcbf2_9ce4_8422_2325n;
  for (const byte of page.subarray(16, 72))
    sum = BigInt.asUintN(64, (sum ^ BigInt(byte)) * 0x100_0000_01b3n);
  page.writeBigUInt64LE(sum, 72);
  return page;
};

/** A node's folders below a new one; returns what is to be copied and where to. */
const damagedNode = () => {
  const root = mkdtempSync(join(folder, "node-"));
  const kubernetes = join(root, "etc/kubernetes");
  const etcd = join(root, "var/lib/etcd");
  mkdirSync(join(kubernetes, "pki"), { recursive: true });
  mkdirSync(join(etcd, "member/snap"), { recursive: true });
  mkdirSync(join(etcd, "member/wal"), { recursive: true });
  writeFileSync(join(kubernetes, "pki/ca.key"), "a key", { mode: 0o600 });
  writeFileSync(join(kubernetes, "admin.conf"), "");
  symlinkSync(join(kubernetes, "pki/ca.key"), join(kubernetes, "link"));
  const pages = [metaPage(4, 1), metaPage(4, 2), Buffer.alloc(8192)];
  writeFileSync(join(etcd, "member/snap/db"), Buffer.concat(pages));
  writeFileSync(join(etcd, "member/wal/0.wal"), "a log");
  const from = [kubernetes, join(root, "var/lib/kubelet/pki"), etcd];
  return { root, kubernetes, etcd, copy: { from, to: join(root, "copy") } };
};

describe("the cold copy", () => {
  test("has every file byte for byte with its mode, for its owner alone, and passes over what is not there", async () => {
    const { kubernetes, copy } = damagedNode();
    await makeColdCopy(session, copy);
    assert.deepEqual(await checkColdCopy(session, copy), { files: 4 });
    const key = `${copy.to}${kubernetes}/pki/ca.key`;
    assert.equal(readFileSync(key, "utf8"), "a key");
    assert.equal(lstatSync(key).mode & 0o777, 0o600);
    assert.equal(lstatSync(copy.to).mode & 0o777, 0o700);
    assert.equal(readlinkSync(`${copy.to}${kubernetes}/link`), `${kubernetes}/pki/ca.key`);
    execFileSync("sha256sum", ["--check", "--quiet", "SHA256SUMS"], { cwd: copy.to });
  });

  test("is not one when a byte of it is another, when a file lacks or when there is one more", async () => {
    for (const [harm, found] of [
      [(path: string) => writeFileSync(join(path, "pki/ca.key"), "b key"), /ca\.key/],
      [(path: string) => rmSync(join(path, "admin.conf")), /admin\.conf/],
      [(path: string) => writeFileSync(join(path, "more"), "x"), /more/],
    ] as const) {
      const { kubernetes, copy } = damagedNode();
      await makeColdCopy(session, copy);
      harm(`${copy.to}${kubernetes}`);
      const seen = await checkColdCopy(session, copy);
      assert.match("fault" in seen ? seen.fault : "", found);
    }
  });

  test("is not one without the list of its sums, which is written last", async () => {
    const { copy } = damagedNode();
    await makeColdCopy(session, copy);
    rmSync(join(copy.to, "SHA256SUMS"));
    const seen = await checkColdCopy(session, copy);
    assert.match("fault" in seen ? seen.fault : "", /not whole/);
  });

  test("of a database that etcd could not open is none, though it is copied faithfully", async () => {
    const { etcd, copy } = damagedNode();
    writeFileSync(join(etcd, "member/snap/db"), Buffer.concat([metaPage(9, 1), metaPage(9, 2)]));
    await makeColdCopy(session, copy);
    const seen = await checkColdCopy(session, copy);
    assert.match("fault" in seen ? seen.fault : "", /ends after 8192 bytes/);
  });

  test("stays as it is once it is whole, whatever its sources have become since", async () => {
    const { kubernetes, copy } = damagedNode();
    await makeColdCopy(session, copy);
    writeFileSync(join(kubernetes, "pki/ca.key"), "a new key");
    await makeColdCopy(session, copy);
    assert.equal(readFileSync(`${copy.to}${kubernetes}/pki/ca.key`, "utf8"), "a key");
  });

  test("takes a file again that was written to between its copy and its sum", async () => {
    const { etcd, copy } = damagedNode();
    const log = join(etcd, "member/wal/0.wal");
    let writes = 3;
    const busy: NodeSession = {
      ...session,
      run: async (command, options) => {
        const result = await session.run(command, options);
        if (command[0] === "cp" && writes-- > 0) appendFileSync(log, "more");
        return result;
      },
    };
    await makeColdCopy(busy, copy);
    assert.ok(writes < 0, "it was written to while it was copied");
    assert.ok("files" in (await checkColdCopy(session, copy)));
    assert.deepEqual(readFileSync(`${copy.to}${log}`), readFileSync(log));
  });

  test("has the log of an etcd that lives as it was, whatever it has appended since", async () => {
    const { etcd, copy } = damagedNode();
    const log = join(etcd, "member/wal/0.wal");
    const records = Buffer.alloc(200);
    let at = 0;
    const write = (text: string): void => {
      at += records.write(text, at);
      writeFileSync(log, records);
    };
    write("first");
    const living: NodeSession = {
      ...session,
      run: async (command, options) => {
        const result = await session.run(command, options);
        if (command[0] === "cp") write("more");
        return result;
      },
    };
    await makeColdCopy(living, copy);
    assert.ok("files" in (await checkColdCopy(session, copy)));
    const kept = readFileSync(`${copy.to}${log}`).toString();
    assert.match(kept, /^first(?:more)*\0+$/);
    assert.notEqual(kept, readFileSync(log).toString());
  });

  test("has the database of an etcd that lives as it was between two transactions", async () => {
    const { etcd, copy } = damagedNode();
    const database = join(etcd, "member/snap/db");
    let transaction = 2;
    const commit = (): void => {
      transaction += 1;
      const heads = [metaPage(4, transaction - 1), metaPage(4, transaction)];
      writeFileSync(database, Buffer.concat([...heads, Buffer.alloc(8192, transaction)]));
    };
    let commits = 4;
    const living: NodeSession = {
      ...session,
      run: async (command, options) => {
        // Somebody commits while the database is copied, a few times, and also whenever it is summed up.
        if (command.includes("cp") && command.includes(database) && commits-- > 0) {
          const afterwards = command.slice(command.indexOf(";") + 1);
          await session.run(["cp", "-p", database, `${copy.to}${database}`], options);
          commit();
          return await session.run(["find", database, ...afterwards], options);
        }
        if (command.includes("sha256sum")) commit();
        return await session.run(command, options);
      },
    };
    await makeColdCopy(living, copy);
    assert.ok(commits < 0, "it was copied again while somebody committed");
    assert.ok("files" in (await checkColdCopy(session, copy)));
    const kept = readFileSync(`${copy.to}${database}`);
    const last = kept.readBigUInt64LE(4096 + 64);
    assert.ok(
      kept.subarray(8192).every((byte) => BigInt(byte) === last),
      "pages of one transaction",
    );
    assert.ok(last < BigInt(transaction));
  });

  test("is refused where a file never stands still, and where there is no room, and nothing stays half made", async () => {
    const { etcd, copy } = damagedNode();
    const restless: NodeSession = {
      ...session,
      run: async (command, options) => {
        const result = await session.run(command, options);
        if (command[0] === "cp") appendFileSync(join(etcd, "member/wal/0.wal"), "more");
        return result;
      },
    };
    await assert.rejects(makeColdCopy(restless, copy), (error) =>
      isFailure(error, "recovery.not-copied"),
    );
    assert.ok(!existsSync(join(copy.to, "SHA256SUMS")));
    const full: NodeSession = { ...session, freeBytes: () => Promise.resolve(1000) };
    await assert.rejects(makeColdCopy(full, copy), (error) => isFailure(error, "recovery.no-room"));
  });
});

describe("a database's head", () => {
  const head = (page: Buffer): Uint8Array => page.subarray(0, boltMetaBytes);

  test("may be one of two, and the newer one counts", () => {
    const broken = Buffer.alloc(boltMetaBytes);
    assert.equal(boltFault(16_384, head(metaPage(4, 1)), [broken]), undefined);
    assert.equal(boltFault(16_384, broken, [head(metaPage(4, 1))]), undefined);
    assert.match(
      boltFault(16_384, head(metaPage(4, 1)), [head(metaPage(5, 2))]) ?? "",
      /pages up to 20480/,
    );
  });

  test("with one bit turned is none", () => {
    const page = metaPage(4, 1);
    page[40]! ^= 1;
    assert.match(boltFault(16_384, head(page), []) ?? "", /neither/);
  });
});
