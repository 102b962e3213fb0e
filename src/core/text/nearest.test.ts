import assert from "node:assert/strict";
import { test } from "node:test";
import { nearest } from "./nearest.ts";

const commands = ["inspect", "verify", "issue", "sign", "ca create", "completion"];

test("a dropped, doubled, replaced or swapped letter finds the word that was meant", () => {
  for (const typo of ["inspct", "innspect", "inspact", "insepct", "INSPECT"]) {
    assert.equal(nearest(typo, commands), "inspect", typo);
  }
});

test("the closest of several near words wins", () => {
  assert.equal(nearest("sing", ["sign", "ping-pong"]), "sign");
  assert.equal(nearest("isue", commands), "issue");
});

test("a word that is like nothing finds nothing", () => {
  assert.equal(nearest("frobnicate", commands), undefined);
  assert.equal(nearest("", commands), undefined);
});

test("a very long word is refused by its length alone", () => {
  assert.equal(nearest("x".repeat(1_000_000), commands), undefined);
});
