import assert from "node:assert/strict";
import { test } from "node:test";
import { readSocks, socksGreeting, socksLogin, socksReplyLength, socksRequest } from "./socks5.ts";

const octets = (...numbers: readonly number[]): Uint8Array => Uint8Array.from(numbers);

test("offers a password only when there is one", () => {
  assert.deepEqual(socksGreeting(undefined), octets(5, 1, 0));
  assert.deepEqual(socksGreeting({ user: "a", password: "b" }), octets(5, 2, 0, 2));
  assert.deepEqual(socksLogin({ user: "ab", password: "c" }), octets(1, 2, 97, 98, 1, 99));
});

test("asks for addresses as addresses, and leaves names to the proxy", () => {
  assert.deepEqual(socksRequest("10.0.0.1", 2379), octets(5, 1, 0, 1, 10, 0, 0, 1, 9, 75));
  assert.deepEqual(socksRequest("ab", 443), octets(5, 1, 0, 3, 2, 97, 98, 1, 187));
  assert.equal(socksRequest("::1", 443).length, 4 + 16 + 2);
});

test("knows how long a reply is by the kind of its address", () => {
  assert.equal(socksReplyLength(octets(5, 0, 0, 1, 0)), 10);
  assert.equal(socksReplyLength(octets(5, 0, 0, 3, 7)), 4 + 1 + 7 + 2);
  assert.equal(socksReplyLength(octets(5, 0, 0, 4, 0)), 22);
});

test("tells an answer as an HTTP proxy would", () => {
  const told = (...numbers: readonly number[]) => {
    const answer = readSocks(octets(...numbers));
    return answer === undefined ? undefined : [answer.status, answer.statusLine];
  };
  assert.deepEqual(told(5, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0), [200, "SOCKS5: succeeded (0)"]);
  assert.deepEqual(told(5, 2, 1, 0, 5, 5, 0, 1), [502, "SOCKS5: connection refused (5)"]);
  assert.deepEqual(told(5, 0, 5, 2, 0, 1), [403, "SOCKS5: connection not allowed by ruleset (2)"]);
  assert.deepEqual(told(5, 255), [407, "SOCKS5: none of our ways to log in is accepted"]);
  assert.deepEqual(told(5, 2, 1, 1), [407, "SOCKS5: user name or password is wrong"]);
  assert.deepEqual(told(5, 0, 5, 77), [502, "SOCKS5: failed (77)"]);
  assert.equal(told(5, 0), undefined);
  assert.equal(told(72, 84, 84, 80), undefined);
});
