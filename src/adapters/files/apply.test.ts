import assert from "node:assert/strict";
import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import type { DesiredFile } from "../../ports/files.ts";
import { applyFiles } from "./apply.ts";
import { fileSystem, type FileSystem } from "./file-system.ts";
import { planFiles } from "./plan.ts";

const NOW = new Date("2026-11-22T10:32:27.500Z");
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (path: string): string => readFileSync(path, "utf8");

const inFolder = (use: (folder: string) => void): void => {
  const folder = mkdtempSync(join(tmpdir(), "certwright-files-"));
  try {
    use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const pair = (folder: string, generation: string): readonly DesiredFile[] => [
  {
    path: join(folder, "tls.crt"),
    content: bytes(`certificate ${generation}`),
    mode: 0o644,
    pair: "tls",
  },
  { path: join(folder, "tls.key"), content: bytes(`key ${generation}`), mode: 0o600, pair: "tls" },
];

const write = (fs: FileSystem, desired: readonly DesiredFile[]) =>
  applyFiles(fs, NOW, planFiles(fs, desired), desired);

const generationOf = (path: string): string => text(path).split(" ")[1]!;

/** Fails operation number `at` (from 1) with `code`; with `dead` every later one too, as after kill -9. */
const failing = (
  at: number,
  code: string,
  dead: boolean,
): FileSystem & { calls: () => number; failed: () => string } => {
  let calls = 0;
  let failed = "";
  const wrap =
    <A extends unknown[], R>(name: string, call: (...a: A) => R) =>
    (...a: A): R => {
      calls += 1;
      if (calls === at || (dead && calls > at)) {
        failed = name;
        throw Object.assign(new Error(`${code}: ${name}`), { code });
      }
      return call(...a);
    };
  const entries = Object.entries(fileSystem).map(([name, call]) => [
    name,
    wrap(name, call as (...a: unknown[]) => unknown),
  ]);
  return {
    ...(Object.fromEntries(entries) as FileSystem),
    calls: () => calls,
    failed: () => failed,
  };
};

/** How many operations a whole run takes. */
const operationsOf = (run: (fs: FileSystem) => void): number => {
  const counting = failing(0, "never", false);
  run(counting);
  return counting.calls();
};

test("a new pair appears with its modes, and planning it again finds nothing to do", () => {
  inFolder((folder) => {
    const applied = write(fileSystem, pair(folder, "one"));
    assert.deepEqual(
      applied.map(({ action }) => action),
      ["create", "create"],
    );
    assert.equal(statSync(join(folder, "tls.key")).mode & 0o777, 0o600);
    assert.equal(statSync(join(folder, "tls.crt")).mode & 0o777, 0o644);
    assert.deepEqual(readdirSync(folder).sort(), ["tls.crt", "tls.key"]);
    const again = planFiles(fileSystem, pair(folder, "one"));
    assert.deepEqual(
      again.map(({ action }) => action),
      ["unchanged", "unchanged"],
    );
  });
});

test("a replaced file is kept beside it with its mode", () => {
  inFolder((folder) => {
    write(fileSystem, pair(folder, "one"));
    const applied = write(fileSystem, pair(folder, "two"));
    const backup = join(folder, "tls.key.certwright-backup-20261122T103227Z");
    assert.equal(applied[1]!.backup, backup);
    assert.equal(text(backup), "key one");
    assert.equal(statSync(backup).mode & 0o777, 0o600);
    assert.equal(text(join(folder, "tls.key")), "key two");
    assert.ok(lstatSync(join(folder, "tls.key")).isFile());
    const third = write(fileSystem, pair(folder, "three"));
    assert.equal(third[1]!.backup, `${backup}-2`);
    assert.equal(readdirSync(folder).length, 6);
  });
});

test("only a mode that is wrong is put right without a backup", () => {
  inFolder((folder) => {
    const path = join(folder, "ca.key");
    writeFileSync(path, "key", { mode: 0o644 });
    const applied = write(fileSystem, [{ path, content: bytes("key"), mode: 0o600 }]);
    assert.equal(applied[0]!.action, "adjust");
    assert.equal(applied[0]!.backup, undefined);
    assert.equal(statSync(path).mode & 0o777, 0o600);
  });
});

test("a file that changed after the plan stops everything before the first change", () => {
  inFolder((folder) => {
    write(fileSystem, pair(folder, "one"));
    const desired = pair(folder, "two");
    const plan = planFiles(fileSystem, desired);
    writeFileSync(join(folder, "tls.key"), "key by hand");
    assert.throws(() => applyFiles(fileSystem, NOW, plan, desired), {
      code: "file.plan-stale",
      message: `${join(folder, "tls.key")}: was changed since the plan was made; nothing was changed`,
    });
    assert.equal(text(join(folder, "tls.crt")), "certificate one");
    assert.deepEqual(readdirSync(folder).sort(), ["tls.crt", "tls.key"]);
  });
});

test("a file that appears between plan and rename is never overwritten", () => {
  inFolder((folder) => {
    const path = join(folder, "tls.crt");
    const desired = [{ path, content: bytes("ours"), mode: 0o644 }];
    const plan = planFiles(fileSystem, desired);
    const racing: FileSystem = {
      ...fileSystem,
      link: (from, to) => {
        writeFileSync(path, "theirs");
        fileSystem.link(from, to);
      },
    };
    assert.throws(() => applyFiles(racing, NOW, plan, desired), { code: "file.plan-stale" });
    assert.equal(text(path), "theirs");
    assert.deepEqual(readdirSync(folder), ["tls.crt"]);
  });
});

test("an operator's symbolic link stays a link, its target is replaced", () => {
  inFolder((folder) => {
    writeFileSync(join(folder, "real.crt"), "old");
    fileSystem.symlink("real.crt", join(folder, "tls.crt"));
    write(fileSystem, [{ path: join(folder, "tls.crt"), content: bytes("new"), mode: 0o644 }]);
    assert.ok(lstatSync(join(folder, "tls.crt")).isSymbolicLink());
    assert.equal(text(join(folder, "real.crt")), "new");
  });
});

test("a full disk at any operation leaves a whole pair, named as such, and no temporary file", () => {
  let total = 0;
  inFolder((folder) => {
    write(fileSystem, pair(folder, "one"));
    total = operationsOf((fs) => write(fs, pair(folder, "two")));
  });
  assert.ok(total > 40, `only ${total} operations`);
  for (let at = 1; at <= total; at += 1) {
    inFolder((folder) => {
      write(fileSystem, pair(folder, "one"));
      const fs = failing(at, "ENOSPC", false);
      let failed: unknown;
      try {
        write(fs, pair(folder, "two"));
      } catch (error) {
        failed = error;
      }
      const where = `operation ${at} of ${total}`;
      if (failed !== undefined) {
        assert.equal((failed as { code?: string }).code, "file.disk-full", where);
      }
      const [certificate, key] = ["tls.crt", "tls.key"].map((name) => join(folder, name));
      assert.equal(generationOf(certificate!), generationOf(key!), where);
      assert.equal(statSync(key!).mode & 0o777, 0o600, where);
      // A name whose removal is what failed stays.
      const names = fs.failed() === "unlink" ? [] : readdirSync(folder);
      assert.deepEqual(
        names.filter((name) => name.endsWith(".tmp")),
        [],
        where,
      );
    });
  }
});

test("killed at any operation, the pair agrees at every instant and the next run makes it plain again", () => {
  let total = 0;
  inFolder((folder) => {
    write(fileSystem, pair(folder, "one"));
    total = operationsOf((fs) => write(fs, pair(folder, "two")));
  });
  for (let at = 1; at <= total; at += 1) {
    inFolder((folder) => {
      write(fileSystem, pair(folder, "one"));
      try {
        write(failing(at, "EIO", true), pair(folder, "two"));
      } catch {
        // The point is what is left behind.
      }
      const where = `operation ${at} of ${total}`;
      const [certificate, key] = ["tls.crt", "tls.key"].map((name) => join(folder, name));
      assert.equal(generationOf(certificate!), generationOf(key!), where);
      write(fileSystem, pair(folder, "two"));
      for (const path of [certificate!, key!]) {
        assert.ok(lstatSync(path).isFile(), where);
        assert.equal(generationOf(path), "two", where);
      }
      // An hour later what the killed run left goes with the next write.
      const later = new Date(Date.now() + 61 * 60 * 1000);
      const desired = pair(folder, "three");
      applyFiles(fileSystem, later, planFiles(fileSystem, desired), desired);
      const hidden = readdirSync(folder).filter((name) => name.startsWith("."));
      assert.deepEqual(
        hidden.filter((name) => !name.includes("backup")),
        [],
        where,
      );
    });
  }
});

test("a path in a folder that does not exist says so, with the command that makes it", () => {
  inFolder((folder) => {
    const path = join(folder, "absent", "tls.crt");
    assert.throws(() => write(fileSystem, [{ path, content: bytes("x"), mode: 0o644 }]), {
      code: "file.no-folder",
      hint: `mkdir -p ${join(folder, "absent")}`,
    });
  });
});
