import type { Phase } from "../../model/plan.ts";
import type { Ground } from "../ground.ts";
import { barrier, healthy, sameData } from "./barrier.ts";
import { expected, step } from "./step.ts";

/** A backup that was restored once, and a group that is whole; while leaves wait to be healed, it need not be yet. */
export const preflight = ({ slots, groups, healed }: Ground): Phase => {
  const backup = step({
    id: "preflight.backup",
    title: "Copy every file that will be changed; take a snapshot, restore it and compare",
    effect: { kind: "backup.create", slots: slots.map(({ id }) => id), groups },
    proves: [{ kind: "backup" }],
    expected: expected.backup,
    risk: "when the copy does not restore, nothing is changed",
  });
  const whole = barrier(
    "preflight.proved",
    "Every member answers, and all hold the same data",
    [backup],
    [...healthy(groups), ...sameData(groups)],
  );
  return {
    id: "preflight",
    title: "Make sure there is a way back",
    why: "Before the first write there is a copy that is known to restore, and nobody is away.",
    steps: healed.size > 0 || groups.length === 0 ? [backup] : [backup, whole],
    rollback: [],
  };
};
