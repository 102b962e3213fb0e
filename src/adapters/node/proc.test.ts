import assert from "node:assert/strict";
import { test } from "node:test";

import { splitCommand, startedAt } from "./proc.ts";

const stat = (name: string, ticks: number): string =>
  `4711 (${name}) S 1 4711 4711 0 -1 4194304 150 0 0 0 1 2 0 0 20 0 1 0 ${ticks} 2334720 256 184\n`;

test("a start is the boot plus its ticks, whatever the program calls itself", () => {
  const now = { uptime: "1000.50 900.00\n", at: 1_000_000_000 };
  const boot = now.at - 1_000_500;
  for (const name of ["etcd", "a) S 1 2 3 (b", "two words", ")"]) {
    assert.equal(startedAt(stat(name, 12_345), now), boot + 123_450, name);
  }
});

test("two starts within a second are told apart", () => {
  const now = { uptime: "1000.50 900.00\n", at: 1_000_000_000 };
  assert.equal(startedAt(stat("a", 501), now) - startedAt(stat("a", 500), now), 10);
});

test("words of a command may be empty or hold line breaks; a kernel thread has none", () => {
  assert.deepEqual(splitCommand("etcd\0--name\0\0a\nb\0"), ["etcd", "--name", "", "a\nb"]);
  assert.deepEqual(splitCommand(""), []);
});
