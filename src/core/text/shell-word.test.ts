import assert from "node:assert/strict";
import { test } from "node:test";
import { shellWord } from "./shell-word.ts";

test("a word that the shell would read otherwise is quoted, and any other is left as it is", () => {
  assert.equal(shellWord("/etc/etcd/pki/server.crt"), "/etc/etcd/pki/server.crt");
  assert.equal(shellWord("two words"), "'two words'");
  assert.equal(shellWord("$(id)"), "'$(id)'");
  assert.equal(shellWord("it's"), String.raw`'it'\''s'`);
  assert.equal(shellWord(""), "''");
});
