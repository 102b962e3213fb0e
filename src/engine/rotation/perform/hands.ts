import type { Attempt, Meanwhile } from "../../../ports/world.ts";
import type { Standpoint, Look } from "../look.ts";
import type { RunBackup } from "../run-backup.ts";

/** What an effect is carried out with. */
export interface Hands {
  readonly at: Standpoint;
  readonly look: Look;
  readonly backup: RunBackup;
  readonly attempt: Attempt;
  readonly meanwhile: Meanwhile;
}

/** As much of it as it takes to have pods replaced. */
export interface RolloutHands extends Pick<Hands, "attempt" | "meanwhile"> {
  /** Pods that are not healthy are to be healed by it: a budget that lacks healthy ones already does not keep it from that. */
  readonly heals?: true;
  readonly at: Pick<Standpoint, "apis"> & {
    readonly ports: Pick<Standpoint["ports"], "clock" | "timer">;
  };
}
