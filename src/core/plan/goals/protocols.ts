import type { Phase } from "../../model/plan.ts";
import { drop } from "../phases/drop.ts";
import { heal } from "../phases/heal.ts";
import { preflight } from "../phases/preflight.ts";
import { stage } from "../phases/stage.ts";
import { switchOver } from "../phases/switch.ts";
import { trust } from "../phases/trust.ts";
import type { Work } from "../work.ts";

const present = (phases: readonly (Phase | undefined)[]): readonly Phase[] =>
  phases.filter((phase) => phase !== undefined);

/** Three moves: trust, switch, drop. Nobody shows what somebody does not trust yet, nobody forgets what somebody shows. */
export const bundleProtocol = (work: Work): readonly Phase[] =>
  present([preflight(work), heal(work), stage(work), trust(work), switchOver(work), drop(work)]);

/** Two moves: the chain of the new leaves leads to the old CA as well, so nobody need trust the new one beforehand. */
export const crossSignedProtocol = (work: Work): readonly Phase[] =>
  present([preflight(work), heal(work), stage(work), switchOver(work), drop(work)]);

export const protocols = { bundle: bundleProtocol, "cross-signed": crossSignedProtocol } as const;
