import assert from "node:assert/strict";
import { test } from "node:test";
import { snapshotPlaceFault } from "./snapshot-place.ts";

const mounted = ["/var/lib/etcd", "/etc/kubernetes/pki/etcd"];
const fault = (path: string, real = path): string =>
  snapshotPlaceFault(path, real, mounted) ?? "none";

test("a snapshot is restored from a folder that can be mounted beside what etcd's pod has", () => {
  assert.equal(fault("/root/etcd.db"), "none");
  assert.equal(fault("/var/lib/etcd-backup/etcd.db"), "none");
  assert.match(fault("/etcd.db"), /lies in \//);
  assert.match(fault("/var/lib/etcd/etcd.db"), /has \/var\/lib\/etcd already/);
  assert.match(fault("/etc/kubernetes/pki/etcd/old/etcd.db"), /already/);
  assert.match(fault("/usr/local/bin/etcd.db"), /has \/usr already/);
  assert.match(fault("/var/lib/etcd.db"), /holds \/var\/lib\/etcd/);
  assert.match(fault("/root/latest.db", "/backup/1.db"), /symbolic link .*\/backup\/1\.db/);
});
