import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { faultIds } from "../../src/core/diagnosis/fault-id.ts";
import { faults } from "../../src/core/diagnosis/faults/index.ts";
import { faultRows } from "../../tools/docs/fault-by-tool.ts";
import { tools, verdicts } from "../../tools/docs/other-tools.ts";
import { faultIndex, indexFile } from "../../tools/docs/fault-index.ts";

const root = join(import.meta.dirname, "../..");

test("the index of faults is what the files say", () => {
  assert.equal(readFileSync(indexFile, "utf8"), faultIndex(), "stale: npm run faults");
});

test("each fault lies where its id says", () => {
  const files = globSync("*/*.ts", { cwd: join(root, "src/core/diagnosis/faults") })
    .filter((file) => !file.endsWith(".test.ts"))
    .map((file) => file.replace(/\.ts$/, "").replace("/", "."));
  assert.deepEqual(files.toSorted(), faults.map(({ id }) => id).toSorted());
});

test("each fault has a title without a full stop, an explanation and a source", () => {
  for (const { id, title, explain, cites } of faults) {
    assert.match(title, /^[A-Za-z].*[^.]$/, id);
    assert.ok(explain.length > 100, `${id}: explain it`);
    assert.ok(cites.length > 0, `${id}: cite something`);
  }
});

test("no fault explains itself, and no two explain each other", () => {
  const explains = new Map(faults.map(({ id, explains: less = [] }) => [id, less]));
  for (const [id, less] of explains) {
    for (const other of less) {
      assert.notEqual(other, id);
      assert.ok(!explains.get(other)?.includes(id), `${id} and ${other} explain each other`);
    }
  }
});

test("no id is listed twice", () => {
  assert.equal(new Set(faultIds).size, faultIds.length);
});

test("the tests of the fault lab assert what the table of faults by tool expects of certwright", () => {
  for (const { id, test: file, named, letters } of faultRows()) {
    assert.equal(named, id, `${file} asserts another verdict`);
    assert.equal(letters.length, 1 + tools.length, id);
    for (const letter of letters) assert.ok(letter in verdicts, `${id}: ${letter}`);
  }
});
