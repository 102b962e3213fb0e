/** When trying the same thing again can help. */
export type Retry = "now" | "later" | "never";

/**
 * Exit codes of the command line, fixed for scripts:
 * 1 the thing asked about is at fault or was refused, 2 usage, 3 inconclusive, 4 deadline, 130 interrupted.
 */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 130;

/** One error as data: every text a user can meet is written here and nowhere else. */
export interface ErrorDefinition<P> {
  /** What is so, and where: path, line, field or offset. No capital, no full stop. */
  readonly message: (parameters: P) => string;
  /** What to do next, as a command where there is one. */
  readonly hint?: (parameters: P) => string | undefined;
  readonly retry: Retry;
  readonly exit: ExitCode;
}

/** Keeps the parameter type of each entry while checking the shape of the whole table. */
export const define = <P>(definition: ErrorDefinition<P>): ErrorDefinition<P> => definition;
