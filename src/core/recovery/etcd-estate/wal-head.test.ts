import assert from "node:assert/strict";
import test from "node:test";
import { readWalHead } from "./wal-head.ts";

const bytes = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** As etcd lays a file of a log out: each record behind its length, padded to eight octets. */
const checksum = "04000000000000840804100000000000";
/** Of member fd422379fda50e48 of cluster cdf818194e3a8c32, whose numbers need all of their 64 bits. */
const metadata = "08c89c94ed9fef88a1fd0110b298eaf1948386fccd01";
const record = `08011085d3a2a70f1a16${metadata}`;
const framed = `${(record.length / 2).toString(16)}00000000000000${record}`;

test("a log says of which member of which cluster it is", () => {
  assert.deepEqual(readWalHead(bytes(checksum + framed + "00".repeat(64))), {
    memberId: "fd422379fda50e48",
    clusterId: "cdf818194e3a8c32",
  });
});

test("what is no log of etcd's, or ends in the midst of its head, says nothing", () => {
  assert.equal(readWalHead(bytes("00".repeat(256))), undefined);
  assert.equal(readWalHead(bytes("")), undefined);
  assert.equal(readWalHead(bytes(checksum)), undefined);
  assert.equal(readWalHead(bytes((checksum + framed).slice(0, -4))), undefined);
});
