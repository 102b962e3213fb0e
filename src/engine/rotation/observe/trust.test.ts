import assert from "node:assert/strict";
import { test } from "node:test";
import type { SlotId } from "../../../core/model/inventory.ts";
import type { ClientVerdict } from "../../../ports/tls.ts";
import type { Look } from "../look.ts";
import { observeTrust } from "./trust.ts";

/** A port that answers so to a leaf of each generation. */
const portThat = (verdicts: Readonly<Record<number, ClientVerdict>>): Look =>
  ({
    slot: () => ({ place: { node: "a" }, port: { host: "10.0.0.1", port: 2380 } }),
    issuer: async () => ({
      name: "ca",
      generations: Object.keys(verdicts).map((number) => ({
        number: Number(number),
        stage: "issuing",
        certificate: {},
      })),
    }),
    offered: async (_slot: SlotId, _issuer: string, generation: number) => verdicts[generation],
  }) as unknown as Look;

const accepted: ClientVerdict = { kind: "accepted" };
const alert: ClientVerdict = { kind: "refused", how: "alert unknown_ca (48)" };
const cut: ClientVerdict = { kind: "refused", how: "reset without a word" };
const silent: ClientVerdict = { kind: "unknown", why: "nothing listens there" };

const seen = async (
  kind: "accepts" | "refuses",
  verdicts: Readonly<Record<number, ClientVerdict>>,
): Promise<string> => {
  const claim = { kind, slot: "m/etcd/peer-trust" as SlotId, issuer: "ca", generation: 1 } as const;
  return (await observeTrust(portThat(verdicts), claim)).verdict;
};

test("a leaf that is let in is accepted and not refused", async () => {
  assert.equal(await seen("accepts", { 1: accepted, 2: accepted }), "holds");
  assert.equal(await seen("refuses", { 1: accepted, 2: accepted }), "fails");
});

test("an alert is a refusal, whoever else is let in", async () => {
  assert.equal(await seen("refuses", { 1: alert, 2: alert }), "holds");
  assert.equal(await seen("accepts", { 1: alert, 2: accepted }), "fails");
});

test("HTTP 401 is a refusal by a server that takes any certificate in its handshake", async () => {
  const unauthorized: ClientVerdict = { kind: "refused", how: "HTTP 401" };
  assert.equal(await seen("refuses", { 1: unauthorized, 2: unauthorized }), "holds");
  assert.equal(await seen("accepts", { 1: unauthorized, 2: accepted }), "fails");
});

test("a connection that is cut is a refusal only where another leaf is let in: a program that stops cuts them all", async () => {
  assert.equal(await seen("refuses", { 1: cut, 2: accepted }), "holds");
  assert.equal(await seen("refuses", { 1: cut, 2: cut }), "unknowable");
  assert.equal(await seen("refuses", { 1: cut }), "unknowable");
  assert.equal(await seen("accepts", { 1: cut, 2: cut }), "fails");
});

test("where nothing is said nothing is known", async () => {
  assert.equal(await seen("accepts", { 1: silent, 2: accepted }), "unknowable");
  assert.equal(await seen("refuses", { 1: silent, 2: accepted }), "unknowable");
});
