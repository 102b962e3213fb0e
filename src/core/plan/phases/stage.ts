import type { Phase, Step } from "../../model/plan.ts";
import type { Work } from "../work.ts";
import { expected, step } from "./step.ts";

/** The new generations, made and kept before anybody is told of them. They stay, staged, when the run is taken back. */
export const stage = ({ targets, protocol }: Pick<Work, "targets" | "protocol">): Phase => ({
  id: "stage",
  title: "Make the new generation",
  why:
    protocol === "bundle"
      ? "Its key and certificate are stored before anything refers to them; nobody trusts it yet."
      : "Its key and certificate are stored before anything refers to them; the old generation signs it too, so whoever trusts the old one accepts it.",
  steps: [...targets.values()].flatMap(({ issuer, next, current, keyPair }): Step[] => {
    const create = step({
      id: `stage.create.${issuer}`,
      title: `Make generation ${next} of ${issuer}`,
      effect: { kind: "generation.create", issuer, number: next },
      proves: [{ kind: "generation", issuer, number: next, stage: "staged" }],
      expected: expected.generation,
    });
    if (protocol === "bundle" || keyPair) return [create];
    const crossSign = step({
      id: `stage.cross-sign.${issuer}`,
      title: `Sign generation ${next} of ${issuer} with generation ${current.number}`,
      needs: [create.id],
      effect: { kind: "generation.cross-sign", issuer, number: next, by: current.number },
      proves: [
        {
          kind: "generation",
          issuer,
          number: next,
          stage: "staged",
          crossSignedBy: current.number,
        },
      ],
      expected: expected.generation,
    });
    return [create, crossSign];
  }),
  rollback: [],
});
