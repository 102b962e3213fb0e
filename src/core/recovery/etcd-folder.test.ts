import assert from "node:assert/strict";
import { test } from "node:test";
import { etcdFolderOf } from "./etcd-folder.ts";

const mount = (hostPath: string, mountPath: string) => ({
  name: mountPath,
  hostPath,
  type: "DirectoryOrCreate",
  mountPath,
  readOnly: false,
});

test("etcd's data is where its manifest has it on the machine, else where its process says", () => {
  const command = ["etcd", "--data-dir=/var/lib/etcd/data"];
  const process = ["etcd", "--data-dir=/of/process"];
  const mounts = [mount("/", "/"), mount("/disk/etcd", "/var/lib/etcd")];
  assert.equal(etcdFolderOf({ command, mounts }, process), "/disk/etcd/data");
  assert.equal(etcdFolderOf({ command, mounts: [] }, process), "/var/lib/etcd/data");
  assert.equal(etcdFolderOf(undefined, process), "/of/process");
  assert.equal(etcdFolderOf(undefined, undefined), undefined);
});

test("what restores a snapshot in etcd's place does not say where etcd's data is", () => {
  const command = ["etcdutl", "snapshot", "restore", "--data-dir=/var/lib/etcd/restored"];
  assert.equal(etcdFolderOf({ command, mounts: [] }, undefined), undefined);
});
