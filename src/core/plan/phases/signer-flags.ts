import type { Claim } from "../../model/claim.ts";
import type { Consumer, Place } from "../../model/inventory.ts";
import type { Step, StepId } from "../../model/plan.ts";
import { signingFlags, unsignedFlags } from "../signers.ts";
import type { Survey } from "../survey.ts";
import { takenAway, type Care } from "./read-again.ts";
import { imposedOn } from "./imposed.ts";
import { step } from "./step.ts";

export interface FlagsChange {
  readonly consumer: Consumer;
  /** What it shall sign with; undefined: with nothing. */
  readonly place: Place | undefined;
  /** What has to lie there when it starts. */
  readonly requires: readonly Claim[];
}

/**
 * Has programs sign with other files: each is restarted by its changed manifest, one after the other; in a rollback the
 * one that is away must not wait for the others.
 */
export const setFlags = (
  survey: Survey,
  prefix: string,
  changes: readonly FlagsChange[],
  {
    needs,
    care,
  }: { readonly needs: (consumer: Consumer) => readonly StepId[]; readonly care: Care },
): readonly Step[] => {
  let before: readonly StepId[] = [];
  return changes.map(({ consumer, place, requires }) => {
    const away = takenAway(survey, { consumer, care });
    const flags = place === undefined ? unsignedFlags : signingFlags(place);
    const one = step({
      ...away,
      id: `${prefix}.flags.${consumer.id}`,
      title: `Have ${consumer.id} sign ${place === undefined ? "nothing" : `with ${place.path}`}`,
      needs: [...needs(consumer), ...before],
      requires: [...requires, ...away.requires],
      effect: { kind: "flags.set", consumer: consumer.id, flags },
      proves: [{ kind: "flags", consumer: consumer.id, flags }, ...away.proves],
      ...imposedOn(consumer, { alone: false }),
    });
    if (care === "all") before = [one.id];
    return one;
  });
};
