import type { ErrorDefinition, ExitCode, Retry } from "./definition.ts";
import { registry, type ErrorCode, type ParametersOf } from "./registry.ts";

/** The only error class a user meets. `parameters` never hold key material or passphrases. */
export class CertwrightError extends Error {
  override readonly name = "CertwrightError";
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly retry: Retry;
  readonly exit: ExitCode;
  readonly parameters: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    definition: ErrorDefinition<never>,
    parameters: object,
    cause?: unknown,
  ) {
    const p = parameters as never;
    super(definition.message(p), cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = definition.hint?.(p);
    this.retry = definition.retry;
    this.exit = definition.exit;
    this.parameters = parameters as Readonly<Record<string, unknown>>;
  }
}

/** Makes (does not throw) the error of that code: `throw failure("file.missing", { path })`. */
export const failure = <C extends ErrorCode>(
  code: C,
  parameters: ParametersOf<C>,
  cause?: unknown,
): CertwrightError =>
  new CertwrightError(code, registry[code] as ErrorDefinition<never>, parameters as object, cause);

/** Whether something caught is the error of that code. */
export const isFailure = (error: unknown, code: ErrorCode): error is CertwrightError =>
  error instanceof CertwrightError && error.code === code;
