import type { Instant } from "../model/certificate.ts";

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** The instant of an RFC 3339 text with a zone ("2027-01-31T12:00:00Z"), or undefined. */
export const parseTimestamp = (text: string): Instant | undefined => {
  const instant = rfc3339.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(instant) ? undefined : instant;
};
