import type { HolderFacts } from "../model/inventory.ts";
import type { Claim } from "../model/claim.ts";
import { isDone, type Acknowledgement, type Run } from "./run.ts";
import { askedFor, vouchName } from "./vouch.ts";

export interface HolderState {
  readonly holder: HolderFacts;
  readonly claims: readonly HolderClaim[];
}

export interface HolderClaim {
  readonly claim: Extract<Claim, { kind: "informed" }>;
  /** "later": in a phase that has not begun; "asked": the run waits for it, or will when it comes there; "settled": proved or vouched for. */
  readonly state: "later" | "asked" | "settled";
  readonly vouchedFor?: Acknowledgement;
}

/** Whom the run has to hear of, and how far that is; each claim once, however many steps ask for it. */
export const holderStates = (run: Run): readonly HolderState[] => {
  const asked = new Set(askedFor(run).map(({ name }) => name));
  return (run.plan.holders ?? []).map((holder) => {
    const claims = new Map<string, HolderClaim>();
    for (const { step, list } of run.placed.values()) {
      if (list.direction !== "forward") continue;
      for (const claim of step.proves) {
        if (claim.kind !== "informed" || claim.holder !== holder.name) continue;
        const name = vouchName(claim)!;
        const key = `${name} ${claim.issuer}`;
        const word = run.acknowledged.get(name);
        const settled = word !== undefined || isDone(run, step.id);
        if (claims.get(key)?.state === "settled") continue;
        claims.set(key, {
          claim,
          state: settled ? "settled" : asked.has(name) ? "asked" : "later",
          ...(word === undefined ? {} : { vouchedFor: word }),
        });
      }
    }
    return { holder, claims: [...claims.values()] };
  });
};
