import assert from "node:assert/strict";
import { test } from "node:test";
import { latin1Of } from "../bytes/utf8.ts";
import { sslRequest, startupMessage } from "./postgres.ts";

test("a StartupMessage tells its own length, the protocol, the user and the database", () => {
  const message = startupMessage("bob", "app");
  assert.equal(message[3], message.length);
  assert.deepEqual(message.slice(4, 8), new Uint8Array([0, 3, 0, 0]));
  assert.equal(latin1Of(message.slice(8)), "user\0bob\0database\0app\0\0");
});

test("no name ends a field before its end, and none is longer than PostgreSQL's own", () => {
  const message = startupMessage("b\0ob\n", "x".repeat(300));
  assert.equal(message[3], message.length);
  assert.equal(latin1Of(message.slice(8)), `user\0bob\0database\0${"x".repeat(63)}\0\0`);
  assert.equal(sslRequest.length, sslRequest[3]);
});
