import type { Claim } from "../../model/claim.ts";
import type { HolderFacts } from "../../model/inventory.ts";
import type { Step, StepId } from "../../model/plan.ts";
import { spanWords } from "../../text/span.ts";
import type { Target, Work } from "../work.ts";
import { expected, step } from "./step.ts";

/** A change of generations of which somebody may have to hear. */
export interface Heard extends Pick<Work, "survey" | "holders" | "protocol" | "soak"> {
  readonly targets: ReadonlyMap<string, Pick<Target, "issuer" | "current" | "next" | "keyPair">>;
}

/** Before the new generation is shown: whoever verifies by these issuers has it. */
export const trustingNext = (work: Heard, phase: string): readonly Step[] =>
  asking(
    phase,
    "Every holder trusts old and new",
    asked(work).flatMap((holder) => (holder.trusts ? claimsOf(work, holder, "trust") : [])),
  );

/**
 * Before the old one is dropped: they trust the new one, and what they show is of it. `cutOff`: where that comes after,
 * once these steps are done.
 */
export const havingNext = (
  work: Heard,
  phase: string,
  cutOff?: readonly StepId[],
): readonly Step[] =>
  asking(
    phase,
    "Every holder has the new generation",
    asked(work).flatMap((holder) =>
      (holder.trusts ? claimsOf(work, holder, "trust") : []).concat(
        holder.presents ? claimsOf(work, holder, "certificate") : [],
      ),
    ),
    cutOff,
  );

/** By cross-signing pods are replaced in the drop itself, and the chain carries them until then. */
const asked = ({ holders, protocol }: Heard): readonly HolderFacts[] =>
  holders.filter(({ pods }) => pods !== true || protocol === "bundle");

const claimsOf = (
  { targets }: Heard,
  { name: holder, issuers }: HolderFacts,
  as: "trust" | "certificate",
): readonly Claim[] =>
  issuers.flatMap((issuer) => {
    const target = targets.get(issuer);
    return target === undefined
      ? []
      : [{ kind: "informed", holder, issuer, generation: target.next, as } as const];
  });

const asking = (
  phase: string,
  title: string,
  proves: readonly Claim[],
  cutOff?: readonly StepId[],
): readonly Step[] =>
  proves.length === 0
    ? []
    : [
        step({
          id: `${phase}.holders`,
          title,
          proves,
          expected: expected.person,
          ...(cutOff === undefined
            ? { risk: "a holder that was not given it in time is cut off by what follows" }
            : { needs: cutOff, risk: "a holder is cut off until it has been given it" }),
        }),
      ];

/**
 * Before the old generation is dropped: nobody showed it, or a token of it, to an API server for so long. Asked where every API server
 * notes what it was shown; where one does not, who is left out stays a blind spot.
 */
export const soaked = ({ survey, targets, soak }: Heard, phase: string): readonly Step[] => {
  if (soak === 0) return [];
  const servers = survey.inventory.consumers.filter(({ program }) => program === "kube-apiserver");
  if (servers.length === 0 || servers.some(({ auditLog }) => auditLog === undefined)) return [];
  const ids = new Set(servers.map(({ id }) => id));
  const verifying = survey.edges.flatMap(({ server, serverTrusts }) =>
    ids.has(server) && serverTrusts !== undefined ? [serverTrusts] : [],
  );
  const issuers = new Set(verifying.map((id) => survey.slots.get(id)?.issuer));
  return [...targets.values()]
    .filter(({ issuer, keyPair }) => keyPair || issuers.has(issuer))
    .map(({ issuer, current, keyPair }) =>
      step({
        id: `${phase}.soak.${issuer}`,
        title: `Nobody used ${keyPair ? "a token of " : ""}generation ${current.number} of ${issuer} for ${spanWords(soak)}, say the API servers' audit logs`,
        proves: [
          {
            kind: "unused",
            issuer,
            generation: current.number,
            milliseconds: soak,
            ...(keyPair ? { tokens: true } : {}),
          },
        ],
        expected: soak,
      }),
    );
};

/** The gate, once all of these are proved. */
export const after = (before: readonly Step[], gate: Step): readonly Step[] => [
  ...before,
  { ...gate, needs: [...gate.needs, ...before.map(({ id }) => id)] },
];
