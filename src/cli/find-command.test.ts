import assert from "node:assert/strict";
import { test } from "node:test";
import type { CommandEntry } from "./command.ts";
import { findCommand } from "./find-command.ts";

const entry = (...path: string[]): CommandEntry => ({
  path,
  summary: path.join(" "),
  section: "Test",
  load: () => Promise.reject(new Error("not wanted here")),
});
const table = [entry("ca", "create"), entry("ca", "list"), entry("inspect")];

test("the longest path of words is the command, and the rest are its arguments", () => {
  const found = findCommand(table, ["ca", "create", "root", "--name", "x"]);
  assert.ok(found.kind === "command");
  assert.deepEqual(found.entry.path, ["ca", "create"]);
  assert.deepEqual(found.rest, ["root", "--name", "x"]);
});

test("words that end within a path are a group", () => {
  assert.deepEqual(findCommand(table, []), { kind: "group", path: [] });
  assert.deepEqual(findCommand(table, ["ca", "--help"]), { kind: "group", path: ["ca"] });
});

test("an unknown word suggests the nearest of its level, or the same word elsewhere", () => {
  const nearest = (...words: string[]): unknown => {
    try {
      return findCommand(table, words);
    } catch (error) {
      return (error as { parameters: { nearest?: string } }).parameters.nearest;
    }
  };
  assert.equal(nearest("inspct"), "inspect");
  assert.equal(nearest("ca", "lst"), "list");
  assert.equal(nearest("create"), "ca create");
  assert.equal(nearest("frobnicate"), undefined);
});
