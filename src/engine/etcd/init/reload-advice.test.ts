import assert from "node:assert/strict";
import test from "node:test";
import { settle } from "../../../core/estate/settle.ts";
import type { AppliedChange } from "../../../ports/files.ts";
import { reloadAdvice } from "./reload-advice.ts";

const settled = settle(
  {
    nodes: { one: { addresses: ["10.0.0.1"] }, two: { addresses: ["10.0.0.2"] } },
    etcd: { cluster: "c", version: "3.6", members: [{ node: "one" }, { node: "two" }] },
  },
  (path) => path,
);
assert.ok(settled.ok);
const cluster = settled.estate.etcd!;
const facts = { digest: "", size: 0, mode: 0, uid: 0, gid: 0 };

const advice = (action: AppliedChange["action"], ...paths: string[]) =>
  reloadAdvice(
    cluster,
    cluster.members,
    { kind: "tree", folder: "nodes" },
    paths.map((path) => ({ action, path: `nodes/${path}`, target: path, after: facts })),
  ).map(({ member, byItself, atStart }) => [member.name, byItself, atStart]);

test("a new leaf is taken up by itself, a new trust bundle and configuration at the start", () => {
  assert.deepEqual(advice("replace", "one/etc/etcd/pki/server.key"), [
    ["one", ["what a member shows to clients"], []],
  ]);
  assert.deepEqual(advice("replace", "two/etc/etcd/pki/client-ca.crt", "two/etc/etcd/etcd.env"), [
    ["two", [], ["whom a member accepts as a client", "its configuration"]],
  ]);
});

test("files that were not there before concern no running member", () => {
  assert.deepEqual(advice("create", "one/etc/etcd/pki/server.crt"), []);
  assert.deepEqual(advice("unchanged", "one/etc/etcd/pki/server.crt"), []);
});
