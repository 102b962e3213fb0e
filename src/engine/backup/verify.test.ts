import assert from "node:assert/strict";
import { test } from "node:test";

import { digests } from "../../adapters/crypto/node-digests.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import type { BackupManifest, BackupVerification } from "../../core/model/backup.ts";
import type { Digest } from "../../core/model/inventory.ts";
import type { ScratchMember, ScratchPrograms, StoredBackup } from "../../ports/backups.ts";
import type { BackupPorts } from "./ports.ts";
import { verifyBackup } from "./verify.ts";

const files = Buffer.from("onetwo");
const digestOf = (text: string): Digest => digests.sha256Hex(Buffer.from(text)) as Digest;
const owned = { mode: 0o600, uid: 0, gid: 0 };

const manifest: BackupManifest = {
  format: "certwright.backup/1",
  id: "b",
  createdAt: 0,
  issuers: [],
  files: [
    { path: "/a", held: { digest: digestOf("one"), size: 3, ...owned } },
    { path: "/none" },
    { node: "n", path: "/b", held: { digest: digestOf("two"), size: 3, ...owned } },
  ],
  groups: [
    {
      group: "etcd/c",
      member: "etcd-1",
      version: "3.5.9",
      size: 4,
      digest: digestOf("data"),
      revision: "7",
      compactRevision: "-1",
      hash: 0xabc,
      keys: "3",
    },
  ],
};

const etcd: ScratchPrograms = { ok: true, version: "3.5.1", etcd: "etcd", restore: "etcdutl" };
const member: ScratchMember = {
  keys: async (revision) => (revision === 7n ? 3n : 0n),
  hash: async () => ({ hash: 0xabc, compactRevision: -1n }),
};

interface Bent {
  readonly files?: Uint8Array;
  /** Of one object, "field", where the backup has objects at all. */
  readonly objects?: string;
  readonly snapshot?: string;
  readonly programs?: ScratchPrograms;
  readonly member?: Partial<ScratchMember>;
  readonly scratch?: () => Promise<never>;
}

/** What comes of a look at the backup when the world is so; and what was noted. */
const verdict = async (bent: Bent = {}): Promise<BackupVerification> => {
  const noted: BackupVerification[] = [];
  const reader = {
    pieces: async function* (name: string) {
      // In pieces that fit no file.
      const contents: Readonly<Record<string, Uint8Array>> = {
        files: bent.files ?? files,
        objects: Buffer.from(bent.objects ?? ""),
      };
      const bytes = contents[name] ?? Buffer.from(bent.snapshot ?? "data");
      for (const byte of bytes) yield Uint8Array.of(byte);
    },
  };
  const ports = {
    digests,
    clock: { now: () => 5 },
    backups: {
      open: async () => reader,
      note: async (_: StoredBackup, verification: BackupVerification) =>
        void noted.push(verification),
    },
    scratch: {
      find: async () => bent.programs ?? etcd,
      use: async (
        _: unknown,
        { pieces }: { readonly pieces: AsyncIterable<Uint8Array> },
        work: (scratch: ScratchMember) => Promise<unknown>,
      ) => {
        for await (const piece of pieces) void piece;
        await bent.scratch?.();
        return work({ ...member, ...bent.member });
      },
    },
  } as unknown as BackupPorts;
  const resource = "/api/v1/namespaces/kube-public/configmaps/cluster-info";
  const held = { digest: digestOf("field"), size: 5 };
  const objects =
    bent.objects === undefined ? {} : { objects: [{ resource, field: ["data", "x"], held }] };
  const stored = {
    manifest: { ...manifest, ...objects },
    digest: digestOf("manifest"),
    path: "/backups/b",
  };
  const verification = await verifyBackup(ports, stored);
  assert.deepEqual(noted, [verification]);
  return verification;
};

test("a backup whose files and data are as they were is restored", async () => {
  assert.deepEqual(await verdict(), {
    at: 5,
    manifest: digestOf("manifest"),
    verdict: "restored",
    etcd: "3.5.1",
  });
});

test("fields of objects that are not what was copied, too short or too long are damage", async () => {
  assert.equal((await verdict({ objects: "field" })).verdict, "restored");
  for (const [objects, why] of [
    ["fielx", /the copy of data\.x of \/api\S+cluster-info is not what was copied/],
    ["fiel", /is not what was copied/],
    ["fields", /holds more than its manifest says/],
  ] as const) {
    const { verdict: found, why: said = "" } = await verdict({ objects });
    assert.equal(found, "damaged");
    assert.match(said, why);
  }
});

test("data that differs in keys, hash or compaction is damage that names both", async () => {
  for (const [bent, why] of [
    [{ keys: async () => 2n }, /the number of keys at revision 7 was 3, restored it is 2/],
    [
      { hash: async () => ({ hash: 0xabd, compactRevision: -1n }) },
      /the hash at revision 7 was abc, restored it is abd/,
    ],
    [
      { hash: async () => ({ hash: 0xabc, compactRevision: 4n }) },
      /the compacted revision was -1, restored it is 4/,
    ],
  ] as const) {
    const { verdict: found, why: said = "" } = await verdict({ member: bent });
    assert.equal(found, "damaged");
    assert.match(said, why);
  }
});

test("copies that are not what was copied, too short or too long are damage", async () => {
  for (const [bytes, why] of [
    ["onetwx", /the copy of n:\/b is not what was copied/],
    ["onet", /the copy of n:\/b is not what was copied/],
    ["onetwo!", /holds more than its manifest says/],
  ] as const) {
    const { verdict: found, why: said = "" } = await verdict({ files: Buffer.from(bytes) });
    assert.equal(found, "damaged");
    assert.match(said, why);
  }
  assert.equal((await verdict({ snapshot: "dat" })).verdict, "damaged");
});

test("without a fitting etcd it is readable and no more, and every byte is read all the same", async () => {
  const none = { ok: false, why: "there is no etcd in PATH on this machine" } as const;
  assert.deepEqual(await verdict({ programs: none }), {
    at: 5,
    manifest: digestOf("manifest"),
    verdict: "readable",
    why: none.why,
  });
  assert.equal((await verdict({ programs: none, snapshot: "dat" })).verdict, "damaged");
  for (const [version, found] of [
    ["3.4.9", "readable"],
    ["3.6.0", "restored"],
    ["3.7.0", "readable"],
  ] as const) {
    assert.equal((await verdict({ programs: { ...etcd, version } })).verdict, found, version);
  }
  const failed = await verdict({
    scratch: () => Promise.reject(failure("backup.scratch-silent", { why: "it ended" })),
  });
  assert.equal(failed.verdict, "readable");
  assert.match(failed.why ?? "", /it ended/);
});

test("what is wrong with this machine is thrown and not noted as the backup's fault", async () => {
  const full = failure("file.disk-full", { path: "/backups" });
  await assert.rejects(verdict({ scratch: () => Promise.reject(full) }), {
    code: "file.disk-full",
  });
});
