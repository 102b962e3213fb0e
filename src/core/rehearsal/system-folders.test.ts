import assert from "node:assert/strict";
import { test } from "node:test";
import { isInSystem } from "./system-folders.ts";

test("a path leads to this machine's own folders by whatever way it is written", () => {
  for (const path of ["/usr/local/etc/ca.pem", "//usr/ca.pem", "/etc/ssl/../../lib/ca.pem", "/usr"])
    assert.equal(isInSystem(path), true, path);
  for (const path of [
    "/etc/ssl/ca.pem",
    "/srv/usr/ca.pem",
    "/usr/../etc/ca.pem",
    "/usrlocal/ca.pem",
  ])
    assert.equal(isInSystem(path), false, path);
});
