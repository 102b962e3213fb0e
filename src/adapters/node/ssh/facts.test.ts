import assert from "node:assert/strict";
import { test } from "node:test";

import { readNow, readStat } from "./facts.ts";

test("a line of stat is read as GNU, busybox and toybox print it", () => {
  const stat = {
    kind: undefined,
    mode: 0o640,
    size: 1164,
    uid: 0,
    gid: 999,
    changedAt: Date.parse("2026-11-23T03:41:12.123Z"),
  };
  assert.deepEqual(readStat("81a0 1164 0 999 2026-11-23 03:41:12.123456789 +0000"), stat);
  assert.deepEqual(readStat("81a0 1164 0 999 2026-11-23 03:41:12.123456789\n"), stat);
  assert.deepEqual(readStat("81a0 1164 0 999 2026-11-23 03:41:12"), {
    ...stat,
    changedAt: Date.parse("2026-11-23T03:41:12Z"),
  });
});

test("the kind of what is no file is told, and what is no line of stat is none", () => {
  const kind = (mode: string): string | undefined =>
    readStat(`${mode} 0 0 0 2026-11-23 03:41:12`)?.kind;
  assert.equal(kind("41ed"), "is a directory");
  assert.equal(kind("11b6"), "is a FIFO");
  assert.equal(kind("c1ed"), "is a socket");
  assert.equal(kind("21b6"), "is a character device");
  assert.equal(readStat("stat: cannot statx '/x'"), undefined);
  assert.equal(readStat(""), undefined);
});

test("the time is read in both ways that a machine may tell it", () => {
  const expected = Date.parse("2026-11-23T03:41:12.123Z");
  assert.equal(readNow("1795405272.123456789\n"), expected);
  assert.equal(readNow("2026-11-23 03:41:12.123456789 +0000\n"), expected);
});
