import { failure } from "../core/errors/certwright-error.ts";
import type { Instant } from "../core/model/certificate.ts";

// Parsers for option values, given as `parse` of an option. All take the text and the flag, for the message.

const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

/**
 * Milliseconds from Go's form of durations with days, weeks and years (365 days) added: "90d", "1h30m", "10y".
 * A bare number is seconds, as Vault reads it.
 */
export const duration = (text: string, flag: string): number => {
  const refused = () =>
    failure("usage.invalid-option", {
      option: flag,
      value: text,
      expected: "a duration such as 30s, 15m, 12h, 90d or 10y",
    });
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d|w|y))+$/.test(text)) throw refused();
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d|w|y)/g)) {
    total += Number(amount) * units[unit!]!;
  }
  if (!Number.isSafeInteger(Math.round(total))) throw refused();
  return Math.round(total);
};

/** An instant from RFC 3339 ("2027-01-31T12:00:00Z") or a date ("2027-01-31", midnight UTC). */
export const instant = (text: string, flag: string): Instant => {
  const form = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;
  const value = form.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(value)) {
    throw failure("usage.invalid-option", {
      option: flag,
      value: text,
      expected: "a time such as 2027-01-31 or 2027-01-31T12:00:00Z",
    });
  }
  return value;
};

/** A whole number between the two bounds, both included. */
export const integer =
  (lowest: number, highest: number) =>
  (text: string, flag: string): number => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    if (!(value >= lowest && value <= highest)) {
      throw failure("usage.invalid-option", {
        option: flag,
        value: text,
        expected: `a whole number from ${lowest} to ${highest}`,
      });
    }
    return value;
  };
