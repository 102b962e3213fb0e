import { CertwrightError } from "../../../core/errors/certwright-error.ts";
import type { StepFailure } from "../../../core/model/journal.ts";
import type { Performed } from "../../../ports/world.ts";
import { codeOf, whyOf } from "../attempt.ts";

export const done: Performed = { kind: "done" };

/** Nothing was changed. */
export const refused = (error: unknown): Performed => ({ kind: "refused", failure: failed(error) });

/** It may or may not have happened. */
export const unknown = (error: unknown): Performed => ({ kind: "unknown", failure: failed(error) });

const failed = (error: unknown): StepFailure => {
  const { hint, retry } =
    error instanceof CertwrightError ? error : { hint: undefined, retry: "later" as const };
  return {
    code: codeOf(error),
    message: whyOf(error),
    retry,
    ...(hint === undefined ? {} : { hint }),
  };
};
