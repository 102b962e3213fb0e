/** Every member's data is gone, and a snapshot lies on one of three control plane nodes. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import test from "node:test";
import { setFlags } from "../../../../src/core/manifest/flags.ts";
import type { Host } from "../../hosts/host.ts";
import {
  assertWhole,
  keysOf,
  look,
  loseMember,
  manifest,
  recoverKilled,
  recoverWords,
} from "./etcd-loss.ts";
import { withThreePlanes } from "./three.ts";

const snapshot = "/srv/before.db";

test("all members' data is gone: a snapshot brings back what it has, and nobody takes it for what they have seen", (t) =>
  withThreePlanes(t, async (planes) => {
    const [first, , third] = planes.hosts as [Host, Host, Host];
    const before = await keysOf(planes, first);
    await planes.etcdctl(third, "snapshot", "save", snapshot);
    await planes.kubectl(first, "create", "configmap", "since");
    // Their manifests, as kubeadm join writes them, tell what the data would have told.
    const state = { "initial-cluster-state": "existing" };
    const manifests = planes.hosts.map((host) =>
      setFlags(readFileSync(host.path(manifest), "utf8"), manifest, "etcd", state),
    );
    for (const host of planes.hosts) await loseMember(planes, host);
    for (const [i, host] of planes.hosts.entries())
      writeFileSync(host.path(manifest), manifests[i]!, { mode: 0o600 });
    assert.equal((await look(planes)).verdict.case, "quorum-lost");
    const none = ["--restore-etcd-from", `${third.name}:/etc/hostname`];
    const other = await planes.certwright([...recoverWords, ...none]);
    assert.match(other.stderr, /no snapshot that can be restored: it has no checksum/);
    const asked = ["--restore-etcd-from", `${third.name}:${snapshot}`];
    await recoverKilled(t, planes, [...recoverWords, ...asked]);
    await assertWhole(t, planes, before);
    const status = await planes.etcdctl(third, "endpoint", "status", "-w", "json");
    assert.ok(Number(/"revision":(\d+)/.exec(status)?.[1]) > 1_000_000_000, status);
  }));
