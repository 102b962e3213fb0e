import { failure } from "../../../core/errors/certwright-error.ts";
import type { Effect } from "../../../core/model/plan.ts";
import type { Performed } from "../../../ports/world.ts";
import type { Hands } from "./hands.ts";
import { done, refused, unknown } from "./outcome.ts";

type GenerationEffect = Extract<
  Effect,
  {
    kind: "generation.create" | "generation.request" | "generation.cross-sign" | "generation.stage";
  }
>;

/** All of them are once, however often they are asked for. */
export const performGeneration = async (
  { at: { ports } }: Hands,
  effect: GenerationEffect,
): Promise<Performed> => {
  const { authority } = ports;
  const { issuer, number } = effect;
  try {
    switch (effect.kind) {
      case "generation.create":
        await authority.addGeneration(issuer, { number });
        return done;
      case "generation.request": {
        const { certificate } = await authority.requestGeneration(issuer, number);
        if (certificate !== undefined) return done;
        return refused(failure("rotation.unanswered", { issuer, number }));
      }
      case "generation.cross-sign":
        await authority.crossSign(issuer, number, effect.by);
        return done;
      case "generation.stage":
        await authority.setStage(issuer, number, effect.stage);
        return done;
    }
  } catch (error) {
    return unknown(error);
  }
};
