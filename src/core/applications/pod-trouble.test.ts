import assert from "node:assert/strict";
import { test } from "node:test";
import { podTrouble, type StartingPod } from "./pod-trouble.ts";

const pod = (status: StartingPod["status"], deletionTimestamp?: string): StartingPod => ({
  metadata: { name: "shop-1", ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }) },
  ...(status === undefined ? {} : { status }),
});
const ready = { type: "Ready", status: "True" };
const unready = { type: "Ready", status: "False" };

test("a pod that is ready or done has no trouble", () => {
  assert.equal(podTrouble(pod({ phase: "Running", conditions: [ready] })), undefined);
  assert.equal(podTrouble(pod({ phase: "Succeeded" })), undefined);
});

test("a pod that is not ready says what keeps it", () => {
  const why = "0/2 nodes are available: 2 Insufficient cpu.";
  const scheduled = { type: "PodScheduled", status: "False", reason: "Unschedulable" };
  const nowhere = pod({ phase: "Pending", conditions: [{ ...scheduled, message: why }] });
  assert.equal(podTrouble(nowhere), `pod shop-1 has no node: ${why}`);
  const container = { name: "web", ready: false };
  const of = (state: object): string | undefined =>
    podTrouble(pod({ conditions: [unready], containerStatuses: [{ ...container, state }] }));
  assert.equal(
    of({ waiting: { reason: "ImagePullBackOff" } }),
    "pod shop-1, container web: ImagePullBackOff",
  );
  assert.equal(
    of({ terminated: { reason: "OOMKilled" } }),
    "pod shop-1, container web ended: OOMKilled",
  );
  assert.equal(of({ running: {} }), "pod shop-1, container web runs and is not ready");
  assert.equal(podTrouble(pod(undefined)), "pod shop-1 is new and not ready");
});

test("a pod that is going says so, whatever else there is to it", () => {
  const going = pod({ conditions: [ready] }, "2026-01-01T00:00:00Z");
  assert.equal(podTrouble(going), "pod shop-1 is ending");
});

test("a message that names every node is cut", () => {
  const state = { waiting: { reason: "Failed", message: "x".repeat(1000) } };
  const words = podTrouble(pod({ containerStatuses: [{ name: "web", state }] }));
  assert.ok(words!.length < 300 && words!.endsWith("…"), words);
});
