import { failure } from "../core/errors/certwright-error.ts";
import { parseDuration } from "../core/text/duration.ts";
import type { Instant } from "../core/model/certificate.ts";

// Parsers for option values, given as `parse` of an option. All take the text and the flag, for the message.

/** Milliseconds from "90d", "1h30m", "10y" or a number of seconds. */
export const duration = (text: string, flag: string): number => {
  const value = parseDuration(text);
  if (value === undefined) {
    throw failure("usage.invalid-option", {
      option: flag,
      value: text,
      expected: "a duration such as 30s, 15m, 12h, 90d or 10y",
    });
  }
  return value;
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
