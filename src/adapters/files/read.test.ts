import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { FILE_SIZE_LIMIT, readFileBounded } from "./read.ts";

const folder = mkdtempSync(join(tmpdir(), "certwright-read-"));
after(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

test("a file is read whole, with its digest and mode", () => {
  writeFileSync(at("abc"), "abc", { mode: 0o640 });
  const { bytes, facts } = readFileBounded(at("abc"));
  assert.equal(new TextDecoder().decode(bytes), "abc");
  assert.equal(facts.digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  assert.equal(facts.mode, 0o640);
});

test("a file whose size the system does not know is read to its end", () => {
  assert.match(new TextDecoder().decode(readFileBounded("/proc/self/status").bytes), /^Name:/);
});

test("an absent file, a dangling link and a loop of links are three different things", () => {
  symlinkSync("nowhere", at("dangling"));
  symlinkSync("loop", at("loop"));
  assert.throws(() => readFileBounded(at("absent")), { code: "file.missing" });
  assert.throws(() => readFileBounded(at("dangling")), {
    code: "file.dangling-symlink",
    message: `${at("dangling")}: a symbolic link to nowhere, which does not exist`,
  });
  assert.throws(() => readFileBounded(at("loop")), { code: "file.symlink-loop" });
  assert.throws(() => readFileBounded(join(at("abc"), "x")), { code: "file.not-directory" });
});

test("a FIFO nobody writes to, a device and a directory are refused at once", () => {
  execFileSync("mkfifo", [at("fifo")]);
  mkdirSync(at("directory"));
  assert.throws(() => readFileBounded(at("fifo")), {
    code: "file.not-regular",
    message: /is a FIFO/,
  });
  assert.throws(() => readFileBounded("/dev/zero"), { message: /is a character device/ });
  assert.throws(() => readFileBounded(at("directory")), { code: "file.is-directory" });
});

test("a file of 2 GB is refused by its size, without reading it", () => {
  writeFileSync(at("huge"), "");
  truncateSync(at("huge"), 2 * 1024 ** 3);
  assert.throws(() => readFileBounded(at("huge")), {
    code: "file.too-big",
    message: `${at("huge")}: 2147483648 bytes, more than the ${FILE_SIZE_LIMIT} that are read`,
  });
});

test("a file that turns out longer than its size said stops at the limit", () => {
  assert.throws(() => readFileBounded("/proc/self/status", { limit: 10 }), {
    code: "file.too-big",
  });
});
