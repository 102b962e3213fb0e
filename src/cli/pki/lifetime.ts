import { systemClock } from "../../adapters/clock/system-clock.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import { formatInstant, instantOf } from "../../core/x509/time.ts";
import { duration } from "../values.ts";

/** The last instant that a certificate or list can name (RFC 5280 section 4.1.2.5). */
const lastInstant = instantOf(9999, 12, 31, 23, 59, 59);

/** Milliseconds, for what is valid from now on: at least the second that dates are counted in. */
export const lifetime = (text: string, flag: string): number => {
  const value = duration(text, flag);
  if (value >= 1000 && systemClock.now() + value <= lastInstant) return value;
  throw failure("usage.invalid-option", {
    option: flag,
    value: text,
    expected: `a lifetime from 1s up to one that ends by ${formatInstant(lastInstant)}`,
  });
};
