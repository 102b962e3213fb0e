import type { Phase } from "../../model/plan.ts";
import { drop } from "../phases/drop.ts";
import { heal } from "../phases/heal.ts";
import { preflight } from "../phases/preflight.ts";
import { join, silence, split } from "../phases/split.ts";
import { stage } from "../phases/stage.ts";
import { switchOver } from "../phases/switch.ts";
import { trust } from "../phases/trust.ts";
import type { Work } from "../work.ts";

/**
 * Three moves, trust, switch and drop: nobody shows what somebody does not trust yet, nobody forgets what somebody
 * shows. By cross-signing two: the chain of the new leaves leads to the old CA as well, so nobody need trust the new one
 * beforehand but those who meet what a signer issues.
 */
export const phasesOf = (work: Work): readonly Phase[] =>
  [
    preflight(work),
    heal(work),
    silence(work),
    split(work),
    stage(work),
    trust(work),
    switchOver(work),
    drop(work),
    join(
      work.survey,
      new Map(
        [...work.targets.values()].flatMap(({ issuer, next, keyless }) =>
          keyless ? [] : [[issuer, next] as const],
        ),
      ),
    ),
  ].filter((phase) => phase !== undefined);
