import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { test } from "node:test";
import { walkFolder, walkLimits } from "./walk.ts";

const inFolder = (body: (folder: string) => void): void => {
  const folder = mkdtempSync(join(tmpdir(), "certwright-walk-"));
  try {
    body(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

test("files of all folders below are found in order, and links to files too", () =>
  inFolder((folder) => {
    mkdirSync(join(folder, "etcd"));
    for (const name of ["b.crt", "a.crt", "etcd/ca.crt"]) writeFileSync(join(folder, name), "");
    symlinkSync("a.crt", join(folder, "link.crt"));
    const names = walkFolder(folder).files.map((file) => relative(folder, file));
    assert.deepEqual(names, ["a.crt", "b.crt", "etcd/ca.crt", "link.crt"]);
  }));

test("a mounted Secret's hidden folder is left out, its files are found once", () =>
  inFolder((folder) => {
    mkdirSync(join(folder, "..2026_11_23"));
    writeFileSync(join(folder, "..2026_11_23/tls.crt"), "");
    symlinkSync("..2026_11_23", join(folder, "..data"));
    symlinkSync("..data/tls.crt", join(folder, "tls.crt"));
    const names = walkFolder(folder).files.map((file) => relative(folder, file));
    assert.deepEqual(names, ["tls.crt"]);
  }));

test("a link to a folder above does not make the walk endless", () =>
  inFolder((folder) => {
    symlinkSync(".", join(folder, "again"));
    writeFileSync(join(folder, "a.crt"), "");
    assert.equal(walkFolder(folder).files.length, 1);
  }));

test("more files or deeper folders than the limits end the walk, and it says so", () =>
  inFolder((folder) => {
    for (const name of ["a", "b", "c"]) writeFileSync(join(folder, name), "");
    const few = walkFolder(folder, { ...walkLimits, files: 2 });
    assert.equal(few.files.length, 2);
    assert.equal(few.cut, true);
    assert.equal(walkFolder(folder, { ...walkLimits, files: 3 }).cut, false);
    mkdirSync(join(folder, "x/y"), { recursive: true });
    assert.equal(walkFolder(folder, { ...walkLimits, depth: 1 }).cut, true);
  }));
