import type { Instant } from "../../model/certificate.ts";
import { instantOf } from "../../x509/time.ts";

/** "2026-11-22T10:12:01.123Z" or "2020-10-15 15:18:29.066104", as UTC; whole seconds; undefined for anything else. */
export const instantOfText = (text: string): Instant | undefined => {
  const parts = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)/.exec(text);
  if (parts === null) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return instantOf(year, month, day, hour, minute, second);
};
