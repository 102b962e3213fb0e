import type { ErrorDefinition } from "./definition.ts";
import { usageErrors } from "./usage.ts";

/** Every error certwright can report. One file per area beside this one; a code is never reused or renamed. */
export const registry = {
  ...usageErrors,
} as const;

export type ErrorCode = keyof typeof registry;
export type ParametersOf<C extends ErrorCode> =
  (typeof registry)[C] extends ErrorDefinition<infer P> ? P : never;
