import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

export type Outcome = "accept" | "reject";

/** A vector on which we knowingly differ. */
export interface Exception {
  /** What the suite wants. */
  readonly expected: Outcome;
  /** What we say. */
  readonly actual: Outcome;
  readonly reason: string;
}

export interface Ran {
  readonly id: string;
  readonly expected: Outcome;
  readonly actual: Outcome;
  /** Shown when the outcome surprises. */
  readonly why: string;
}

const exceptions = JSON.parse(
  readFileSync(join(import.meta.dirname, "exceptions.json"), "utf8"),
) as Readonly<Record<string, Exception>>;

const surprise = (one: Ran): string | undefined => {
  const exception = exceptions[one.id];
  if (exception === undefined)
    return one.actual === one.expected
      ? undefined
      : `${one.id}: ${one.actual}, should ${one.expected}${one.why === "" ? "" : ` (${one.why})`}`;
  if (exception.expected !== one.expected)
    return `${one.id}: the suite now expects ${one.expected}`;
  return one.actual === exception.actual
    ? undefined
    : `${one.id}: succeeds although exceptions.json says it does not: remove it there`;
};

/** Fails for each vector that differs without an exception, and for each exception that is none any more. */
export const assertAgreement = (ran: readonly Ran[]): void => {
  const surprises = ran.map(surprise).filter((text) => text !== undefined);
  assert.deepEqual(surprises, []);
};
