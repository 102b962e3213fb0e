import assert from "node:assert/strict";
import { test } from "node:test";
import { shownWord } from "./shown-word.ts";

test("a login in a URL and a bootstrap token are not repeated", () => {
  assert.equal(shownWord("https://bob:secret@etcd-1:2379/x"), "https://etcd-1:2379/x");
  assert.equal(shownWord("postgres://u:p@ss@[::1"), "postgres://[::1");
  const join = "kubeadm join 10.0.0.1:6443 --token abcdef.secret --discovery-token-ca-cert-hash x";
  assert.ok(!shownWord(join).includes("secret "));
  assert.match(shownWord(join), /--token \(secret\) --discovery/);
  assert.match(shownWord("kubeadm join --token=abcdef.0123"), /--token=\(secret\)$/);
});

test("all else is repeated as it was typed", () => {
  for (const word of ["etcd-1:2379", "calicoctl.cfg", "-", "error: user@host said no"])
    assert.equal(shownWord(word), word);
});
