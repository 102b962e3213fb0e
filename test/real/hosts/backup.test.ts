/** Backups of machines that are reached by SSH: one that is away, one whose files were spoiled. */
import assert from "node:assert/strict";
import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { etcdPrograms, succeeded } from "../etcd-workbench.ts";
import { startEtcdOnHosts } from "./etcd.ts";
import { canHaveHosts } from "./hosts.ts";

test("by SSH, a backup is made with a machine's data, and its files are put back as they were", async (t) => {
  const programs = etcdPrograms(t, "etcd-debian");
  if (programs === undefined || !canHaveHosts(t)) return;
  const folder = mkdtempSync(join(tmpdir(), "certwright-backup-hosts-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  await using etcd = await startEtcdOnHosts({ programs, folder });
  const made = succeeded(await etcd.certwright("backup", "create", "--id", "first"));
  assert.match(made.stdout, /the snapshot was restored with etcd 3\.4\.\d+: keys and hash are/);

  const [one, two] = etcd.hosts.hosts;
  const pki = (name: string): string => one!.path(`/srv/etcd/pki/${name}`);
  const names = ["server.crt", "server.key", "peer.crt", "peer.key", "peer-ca.crt"];
  const describe = () =>
    names.map((name) => {
      const { mode, uid, gid } = statSync(pki(name));
      return [name, readFileSync(pki(name), "utf8"), mode, uid, gid];
    });
  const before = describe();
  writeFileSync(pki("server.crt"), "spoiled");
  chmodSync(pki("server.key"), 0o640);
  chownSync(pki("peer.key"), 1, 1);
  rmSync(pki("peer-ca.crt"));

  // A machine that is away is named, and keeps the others from nothing.
  two!.disconnect();
  const shown = await etcd.certwright("backup", "restore", "--dry-run");
  assert.equal(shown.code, 3, shown.stderr);
  assert.match(shown.stdout, /not seen +host-2:\/srv\/etcd\/pki\/server\.crt/);
  assert.match(shown.stdout, /put back +host-1:\/srv\/etcd\/pki\/server\.crt +its content is/);
  const lame = await etcd.certwright("backup", "create", "--id", "lame");
  assert.notEqual(lame.code, 0);
  assert.match(lame.stderr, /host-2/);
  assert.doesNotMatch((await etcd.certwright("backup", "list")).stdout, /lame/);
  two!.connect();

  const back = succeeded(await etcd.certwright("backup", "restore", "--yes"));
  assert.match(back.stdout, /4 files are as they were/);
  assert.deepEqual(describe(), before);
});
