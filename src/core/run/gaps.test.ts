import assert from "node:assert/strict";
import { test } from "node:test";
import type { Digest } from "../model/inventory.ts";
import type { Entry, RunEvent } from "../model/journal.ts";
import type { Step, StepId } from "../model/plan.ts";
import { gapWords, loadWords, unannounced } from "./gap-words.ts";
import { gapsOf, type Gap, type Outage } from "./gaps.ts";

const etcd = "drop.restart.m/etcd" as StepId;
const server = "drop.restart.m/kube-apiserver" as StepId;
const other = "drop.write.m/etcd" as StepId;

const stepOf = (id: StepId, gap?: Step["gap"]): { readonly step: Step } => ({
  step: {
    id,
    title: id,
    needs: [],
    requires: [],
    effect: { kind: "none" },
    proves: [],
    hazard: "safe",
    approval: false,
    expected: 0,
    ...(gap === undefined ? {} : { gap }),
  },
});

const placed = new Map([
  [etcd, stepOf(etcd, { groups: ["etcd/k", "kube-apiserver"], milliseconds: 10_000 })],
  [server, stepOf(server, { groups: ["kube-apiserver"], milliseconds: 20_000 })],
  [other, stepOf(other)],
]);

/** A step's start and end, at these times. */
const span = (step: StepId, from: number, until?: number): readonly Entry[] => [
  entry(from, { kind: "step.intended", step, attempt: 1 }),
  ...(until === undefined
    ? []
    : [
        entry(until, {
          kind: "step.settled",
          step,
          outcome: { kind: "done", effect: true, proofs: [] },
        }),
      ]),
];

const entry = (at: number, event: RunEvent): Entry => ({
  sequence: 1,
  previous: "" as Digest,
  epoch: 1,
  at,
  event,
  hash: "" as Digest,
});

const outage = (from: number, until: number, more: Partial<Outage> = {}): Outage => ({
  group: "kube-apiserver",
  from,
  until,
  failed: 2,
  refused: false,
  why: "nothing listens there",
  ...more,
});

const judged = (entries: readonly Entry[], one: Outage): Gap => gapsOf(placed, entries, [one])[0]!;

test("nobody answers while the step is at it that had announced it, and no longer than that", () => {
  const gap = judged(span(etcd, 1000, 9000), outage(2000, 9500));
  assert.deepEqual(gap.announced, { steps: [etcd], milliseconds: 10_000 });
  assert.equal(gap.asAnnounced, true);
  assert.match(gapWords(gap), /for 7\.5 s, and 2 requests failed; drop\.restart\.m\/etcd had anno/);
  const long = judged(span(etcd, 1000, 9000), outage(2000, 12_500));
  assert.equal(long.asAnnounced, false);
  assert.match(gapWords(long), /had announced about 10 s only: nothing listens there$/);
});

test("a step that did not settle was at it to the end", () => {
  assert.equal(judged(span(etcd, 1000), outage(5000, 9000)).asAnnounced, true);
});

test("a gap over two restarts may last as long as both, and one restart that is tried twice is one", () => {
  const both = [...span(etcd, 0, 9000), ...span(server, 10_000, 20_000)];
  assert.equal(judged(both, outage(1000, 29_000)).announced?.milliseconds, 30_000);
  assert.equal(judged(both, outage(1000, 29_000)).asAnnounced, true);
  assert.equal(judged(both, outage(1000, 32_000)).asAnnounced, false);
  const twice = [...span(etcd, 0, 5000), ...span(etcd, 6000, 15_000)];
  assert.equal(judged(twice, outage(1000, 14_000)).asAnnounced, false);
});

test("no outage is announced by another step, at another time, or of others", () => {
  const strange = [
    judged(span(other, 1000, 9000), outage(2000, 3000)),
    judged(span(etcd, 1000, 9000), outage(9001, 9500)),
    judged(span(server, 1000, 9000), outage(2000, 3000, { group: "etcd/k" })),
  ];
  for (const gap of strange) {
    assert.equal(gap.asAnnounced, false);
    assert.match(gapWords(gap), /no step had announced it: nothing listens there$/);
  }
});

test("who is there and refuses has not been announced away", () => {
  const gap = judged(span(etcd, 1000, 9000), outage(2000, 3000, { refused: true, why: "401" }));
  assert.equal(gap.asAnnounced, false);
  assert.match(gapWords(gap), /in which nobody is there, but somebody was: 401$/);
});

test("failures that no gap accounts for are not announced, told or not", () => {
  const load = { requests: 9, failed: 3, longestGapMs: 1000, failures: [], outages: [] };
  const gaps = gapsOf(placed, span(etcd, 1000, 9000), [outage(2000, 3000)]);
  assert.equal(unannounced({ load, gaps }), 1);
  assert.match(loadWords({ load, gaps })!, /3 of 9 requests failed, 1 of them where the plan/);
  assert.equal(unannounced({ load: { ...load, failed: 2 }, gaps }), 0);
  assert.match(loadWords({ load: { ...load, failed: 2 }, gaps })!, /only where the plan announces/);
});
