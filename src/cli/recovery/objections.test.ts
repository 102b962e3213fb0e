import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { situationOf, type Situation } from "../../core/recovery/cases.ts";
import { madeUp, type MadeUp } from "../../core/recovery/examples/made-up-tree.ts";
import { judgeFiles } from "../../core/recovery/judge.ts";
import { refuseOtherData } from "./objections.ts";

const masters = ["m1", "m2", "m3"];

const situation = (options: Omit<MadeUp, "masters">): Situation => {
  const facts = madeUp({ masters, ...options });
  return situationOf(facts, judgeFiles(facts));
};

describe("a decision with whose data etcd goes on", () => {
  const lost = { noData: ["m1", "m2"] };

  test("is taken once all nodes are named, and by nobody who only looks at the one they are on", () => {
    refuseOtherData(situation(lost), { node: "m3", chosen: true });
    assert.throws(() => refuseOtherData(situation(lost), { node: "m3", chosen: false }), {
      code: "recovery.not-all-named",
    });
  });

  test("is not taken while a member is known whose node was not looked at, unless it is said to be gone", () => {
    const one = { looked: ["m1", "m2"], noData: ["m2"] };
    const choice = { node: "m1", path: "/root/etcd.db", chosen: true };
    assert.throws(() => refuseOtherData(situation(one), choice), {
      code: "recovery.masters-left-out",
      message: /m3 \(https:\/\/m3:2380\)/,
    });
    refuseOtherData(situation({ ...one, gone: ["m3"] }), choice);
  });
});
