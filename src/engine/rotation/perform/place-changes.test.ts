import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8Bytes, utf8Of } from "../../../core/bytes/utf8.ts";
import type { KubeconfigField } from "../../../core/kubeconfig/kubeconfig.ts";
import type { Digest } from "../../../core/model/inventory.ts";
import { nextBehind, writesOf, type PlaceChange } from "./place-changes.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const kubeconfig = (ca: string, key: string): string =>
  `clusters: [{name: c, cluster: {certificate-authority-data: "${base64(ca)}"}}]\nusers: [{name: u, user: {client-key-data: "${base64(key)}"}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\ncurrent-context: x\n`;

const file = (path: string, text: string): PlaceChange => ({
  kind: "file",
  write: { path, bytes: utf8Bytes(text), expect: undefined, mode: 0o600 },
});
const part = (field: KubeconfigField, text: string, digest = "first"): PlaceChange => ({
  kind: "parts",
  file: {
    path: "/admin.conf",
    bytes: utf8Bytes(kubeconfig("old", "old")),
    facts: { digest: digest as Digest, size: 1, mode: 0o600, uid: 0, gid: 0, changedAt: 0 },
  },
  parts: new Map([[field, utf8Bytes(text)]]),
});

test("parts of one kubeconfig are one write of the file that was read", () => {
  const writes = writesOf("n", [part("certificate-authority", "ca"), part("client-key", "key")]);
  assert.equal(writes.length, 1);
  const [{ path, bytes, expect, mode }] = writes as [(typeof writes)[number]];
  assert.deepEqual([path, expect, mode], ["/admin.conf", "first", 0o600]);
  assert.equal(utf8Of(bytes).text, kubeconfig("ca", "key"));
});

test("one file that two slots are is written once, keys before certificates", () => {
  const writes = writesOf("n", [file("/key", "k"), file("/ca", "1"), file("/ca", "1")]);
  assert.deepEqual(
    writes.map(({ path }) => path),
    ["/key", "/ca"],
  );
});

test("what two looks saw differently, or two slots want differently, is not written", () => {
  const code = "node.changed";
  assert.throws(() => writesOf("n", [file("/ca", "1"), file("/ca", "2")]), { code });
  const seen = [part("certificate-authority", "ca"), part("client-key", "key", "second")];
  assert.throws(() => writesOf("n", seen), { code });
});

test("a file behind a link is named by the second, and never like one that is there", async () => {
  const there = new Set<string>();
  const facts = async (path: string) =>
    there.has(path)
      ? { digest: "" as Digest, size: 0, mode: 0, uid: 0, gid: 0, changedAt: 0 }
      : undefined;
  const link = "/var/lib/kubelet/pki/kubelet-client-current.pem";
  const now = Date.UTC(2026, 10, 23, 23, 59, 59, 999);
  const names: string[] = [];
  for (let i = 0; i < 3; i += 1) {
    const next = await nextBehind({ facts }, link, now);
    there.add(next);
    names.push(next.slice("/var/lib/kubelet/pki/".length));
  }
  assert.deepEqual(names, [
    "kubelet-client-2026-11-23-23-59-59.pem",
    "kubelet-client-2026-11-24-00-00-00.pem",
    "kubelet-client-2026-11-24-00-00-01.pem",
  ]);
});
