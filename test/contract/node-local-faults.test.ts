import assert from "node:assert/strict";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { systemNodes } from "../../src/adapters/node/system-nodes.ts";
import { runProgram } from "../cli/process.ts";
import { leaveOut } from "../left-out.ts";
import { replacing } from "./node.ts";

const folder = mkdtempSync(join(tmpdir(), "certwright-node-"));
after(() => rmSync(folder, { recursive: true }));
const env = { PATH: process.env["PATH"] ?? "" };

test("local: a full or read-only disk leaves every file as it was", async (t) => {
  if (process.platform !== "linux" || process.getuid?.() !== 0) {
    leaveOut(t, "mounting a small disk needs root on Linux");
    return;
  }
  const script = fileURLToPath(new URL("local-on-broken-disks.ts", import.meta.url));
  const disk = join(folder, "disk");
  mkdirSync(disk);
  const words = ["--mount", process.execPath, script, disk];
  const { code, stderr } = await runProgram("unshare", words, {
    cwd: folder,
    env,
    deadline: 60_000,
  });
  assert.equal(code, 0, stderr);
  assert.deepEqual(readdirSync(disk), [], "the disk was mounted there only");
});

test("local: what may not be read or written is told, and nothing changes", async (t) => {
  const uid = process.getuid?.() ?? 0;
  if (uid !== 0) {
    leaveOut(t, "becoming another user needs root");
    return;
  }
  const closed = join(folder, "closed");
  mkdirSync(closed);
  writeFileSync(join(closed, "a.key"), "key");
  chmodSync(folder, 0o755);
  const node = await systemNodes.open({ name: "here", addresses: [], access: { kind: "local" } });
  const path = join(closed, "a.key");
  const hint = `say "sudo: true" for this node, or look at the owners on that machine: namei -l ${path}`;
  const refused = { code: "node.permission", hint };
  // Not for whole tests: another one of this process would see it.
  process.seteuid!(65_534);
  try {
    await assert.rejects(node.write([replacing(path, "key", "new")]), refused);
  } finally {
    process.seteuid!(0);
  }
  chmodSync(closed, 0o700);
  process.seteuid!(65_534);
  try {
    await assert.rejects(node.read(path), refused);
    await assert.rejects(node.facts(path), refused);
  } finally {
    process.seteuid!(0);
  }
  assert.equal(readFileSync(path, "utf8"), "key");
  assert.deepEqual(readdirSync(closed), ["a.key"]);
});
