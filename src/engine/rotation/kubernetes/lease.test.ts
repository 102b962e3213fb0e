import assert from "node:assert/strict";
import { test } from "node:test";
import type { KubernetesObject } from "../../../ports/kubernetes.ts";
import { leaseFacts, whyNotHeld } from "./lease.ts";

const lease = (spec: Readonly<Record<string, unknown>>): KubernetesObject => ({
  metadata: { name: "kube-scheduler" },
  spec: {
    holderIdentity: "master-1_3caec64f",
    leaseDurationSeconds: 15,
    acquireTime: "2026-11-23T08:00:00.250000Z",
    renewTime: "2026-11-23T08:01:00.750123Z",
    ...spec,
  },
});
const at = (time: string): number => Date.parse(`2026-11-23T${time}Z`);

test("a lease says who has it, since when and for how long", () => {
  assert.deepEqual(leaseFacts(lease({})), {
    holder: "master-1_3caec64f",
    acquiredAt: at("08:00:00.250"),
    renewedAt: at("08:01:00.750"),
    duration: 15_000,
  });
  const { acquiredAt } = leaseFacts(lease({ acquireTime: undefined }))!;
  assert.equal(acquiredAt, undefined);
});

test("nobody holds a lease that is not there, or was given up", () => {
  assert.equal(leaseFacts(undefined), undefined);
  assert.equal(leaseFacts(lease({ holderIdentity: "" })), undefined);
  assert.equal(leaseFacts(lease({ renewTime: undefined })), undefined);
});

test("a lease holds for its duration after the last renewal", () => {
  const facts = leaseFacts(lease({}))!;
  assert.equal(whyNotHeld(facts, undefined, at("08:01:15.750")), undefined);
  assert.match(whyNotHeld(facts, undefined, at("08:01:16"))!, /^was renewed last 15 s ago/);
});

test("a lease that was taken before the process started is the former process's", () => {
  const facts = leaseFacts(lease({}))!;
  const now = at("08:01:01");
  assert.equal(whyNotHeld(facts, { startedAt: at("08:00:00.260") }, now), undefined);
  assert.match(whyNotHeld(facts, { startedAt: at("08:00:30") }, now)!, /the process before/);
  // A kubelet's changes no hands: there the last renewal counts.
  const own = leaseFacts(lease({ acquireTime: undefined }))!;
  assert.equal(whyNotHeld(own, { startedAt: at("08:01:00") }, now), undefined);
  assert.match(whyNotHeld(own, { startedAt: at("08:01:00.900") }, now)!, /the process before/);
});
