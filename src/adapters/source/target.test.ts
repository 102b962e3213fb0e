import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { targetOf } from "./target.ts";

test("a dash is standard input", () => {
  assert.deepEqual(targetOf("-"), { kind: "stdin" });
});

test("host:port, bracketed IPv6 and https URLs are servers", () => {
  const server = (host: string, port: number) => ({ kind: "server", host, port });
  assert.deepEqual(targetOf("etcd-1.example:2379"), server("etcd-1.example", 2379));
  assert.deepEqual(targetOf("10.0.0.1:6443"), server("10.0.0.1", 6443));
  assert.deepEqual(targetOf("[::1]:2379"), server("::1", 2379));
  assert.deepEqual(targetOf("https://kube.example"), server("kube.example", 443));
  assert.deepEqual(targetOf("https://[fd00::1]:6443/version"), server("fd00::1", 6443));
});

test("a path that exists is a file or a folder, even when it looks like a server", () => {
  const folder = mkdtempSync(join(tmpdir(), "certwright-target-"));
  const before = process.cwd();
  try {
    process.chdir(folder);
    writeFileSync("host:1", "");
    assert.deepEqual(targetOf("host:1"), { kind: "file", path: "host:1" });
    assert.deepEqual(targetOf("."), { kind: "folder", path: "." });
  } finally {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  }
});

test("anything else is a file that is missing", () => {
  for (const word of ["ca.pem", "pki/ca.pem", "host:0", "host:70000", "a b:1", "pki/x:1", "::1"]) {
    assert.deepEqual(targetOf(word), { kind: "file", path: word });
  }
});
