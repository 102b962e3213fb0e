import type { Phase } from "../../model/plan.ts";
import type { Ground } from "../ground.ts";
import { barrier, healthy, sameData, wholeWords } from "./barrier.ts";
import { expected, step } from "./step.ts";

/** A backup that was restored once, and a group that is whole; while leaves wait to be healed, it need not be yet. */
export const preflight = ({ slots, groups, stores, healed }: Ground): Phase => {
  const backup = step({
    id: "preflight.backup",
    title:
      stores.length === 0
        ? "Copy every file that will be changed"
        : "Copy every file that will be changed; take a snapshot, restore it and compare",
    effect: { kind: "backup.create", slots: slots.map(({ id }) => id), groups: stores },
    proves: [{ kind: "backup" }],
    expected: expected.backup,
    risk: "when the copy does not restore, nothing is changed",
  });
  const whole = barrier(
    "preflight.proved",
    wholeWords(stores),
    [backup],
    [...healthy(groups), ...sameData(stores)],
  );
  return {
    id: "preflight",
    title: "Make sure there is a way back",
    why: "Before the first write there is a copy that is known to restore, and nobody is away.",
    steps: healed.size > 0 || groups.length === 0 ? [backup] : [backup, whole],
    rollback: [],
  };
};
