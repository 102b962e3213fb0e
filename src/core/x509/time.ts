import type { Instant } from "../model/certificate.ts";
import { asciiBytes, latin1Of } from "../bytes/utf8.ts";
import type { DerReader } from "./der-reader.ts";
import { tag } from "./tags.ts";

const daysBeforeMonth = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
const daysInMonth = (year: number, month: number): number =>
  month === 2
    ? isLeap(year)
      ? 29
      : 28
    : month === 4 || month === 6 || month === 9 || month === 11
      ? 30
      : 31;

/** Days from 1970-01-01 to the first of January of `year` (proleptic Gregorian, year >= 0). */
const daysBeforeYear = (year: number): number => {
  const y = year - 1;
  return y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) - 719_162;
};

/** Instant of a civil UTC time; no Date here: the pure rooms do without it, and this is several times faster. */
export const instantOf = (
  year: number,
  month: number,
  day: number,
  hour = 0,
  minute = 0,
  second = 0,
): Instant => {
  const days =
    daysBeforeYear(year) +
    daysBeforeMonth[month - 1]! +
    (month > 2 && isLeap(year) ? 1 : 0) +
    day -
    1;
  return ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000;
};

/** Two decimal digits, or NaN. */
const two = (bytes: Uint8Array, at: number): number => {
  const high = bytes[at]! - 0x30;
  const low = bytes[at + 1]! - 0x30;
  return high >= 0 && high <= 9 && low >= 0 && low <= 9 ? high * 10 + low : Number.NaN;
};

/**
 * Reads a Time (RFC 5280 section 4.1.2.5): UTCTime YYMMDDHHMMSSZ with YY below 50 in the 2000s, GeneralizedTime
 * YYYYMMDDHHMMSSZ. A tolerant reading also takes what BER allows: no seconds, a fraction, an offset from UTC.
 */
export const readTime = (r: DerReader, field: string): Instant => {
  r.next(field);
  const utc = r.tag === tag.utcTime;
  if (!utc && r.tag !== tag.generalizedTime) r.fatal(`${field} is no time`, r.head);
  const { bytes, start, stop } = r;
  const yearDigits = utc ? 2 : 4;
  if (stop - start < yearDigits + 8) r.fatal(`${field} is too short for a time`, r.head);
  const shortYear = two(bytes, start);
  const year = utc
    ? shortYear + (shortYear < 50 ? 2000 : 1900)
    : shortYear * 100 + two(bytes, start + 2);
  let at = start + yearDigits;
  const month = two(bytes, at);
  const day = two(bytes, at + 2);
  const hour = two(bytes, at + 4);
  const minute = two(bytes, at + 6);
  at += 8;
  let second = 0;
  if (stop - at === 3 && bytes[at + 2] === 0x5a) {
    second = two(bytes, at);
    at += 3;
  }
  let instant = 0;
  if (
    year >= 0 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysInMonth(year, month) &&
    hour <= 23 &&
    minute <= 59 &&
    second <= 59
  )
    instant = instantOf(year, month, day, hour, minute, second);
  else r.fatal(`${field} "${shown(r, start)}" is no date`, start);
  // UTCTime begins in 1950; a date before has only the other form.
  if (!utc && year < 2050 && year >= 1950)
    r.flaw(
      "time.generalized-before-2050",
      `${field} before 2050 is not a UTCTime (RFC 5280 section 4.1.2.5)`,
      r.head,
    );
  return at === stop ? instant : readLooseTail(r, field, at, instant);
};

const looseTail = /^(\d\d)?(?:[.,](\d{1,9}))?(?:Z|([+-])(\d\d)(\d\d))?$/;

/** Text of a time from `at` as a message may show it: short, and nothing that moves a terminal's cursor. */
const shown = (r: DerReader, at: number): string =>
  latin1Of(r.bytes, at, Math.min(r.stop, at + 32)).replaceAll(/[^\x20-\x7e]/g, "?");

/** What may stand behind the minutes in BER but not in DER. */
const readLooseTail = (r: DerReader, field: string, at: number, instant: Instant): Instant => {
  const text = shown(r, at);
  const match = looseTail.exec(text);
  if (
    match === null ||
    Number(match[1] ?? 0) > 59 ||
    Number(match[4] ?? 0) > 23 ||
    Number(match[5] ?? 0) > 59
  )
    r.fatal(`${field} ends in "${text}", which is no time`, at);
  r.flaw(
    "time.form",
    `${field} ends in "${text}", not in seconds and Z (RFC 5280 section 4.1.2.5)`,
    at,
  );
  const [, seconds = "0", fraction = "0", sign = "+", hours = "0", minutes = "0"] = match!;
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return (
    instant +
    Number(seconds) * 1000 +
    Math.floor(Number(`0.${fraction}`) * 1000) -
    (sign === "-" ? -offset : offset)
  );
};

const pad = (value: number, digits: number): string => String(value).padStart(digits, "0");

/** Civil UTC parts of an instant. */
export const civilOf = (
  instant: Instant,
): { year: number; month: number; day: number; hour: number; minute: number; second: number } => {
  const seconds = Math.floor(instant / 1000);
  const days = Math.floor(seconds / 86_400);
  const rest = seconds - days * 86_400;
  let year = 1970 + Math.floor(days / 365.2425);
  while (daysBeforeYear(year) > days) year -= 1;
  while (daysBeforeYear(year + 1) <= days) year += 1;
  let day = days - daysBeforeYear(year) + 1;
  let month = 1;
  while (day > daysInMonth(year, month)) day -= daysInMonth(year, month++);
  return {
    year,
    month,
    day,
    hour: Math.floor(rest / 3600),
    minute: Math.floor(rest / 60) % 60,
    second: rest % 60,
  };
};

/** 2049-12-31T23:59:59Z is the last second in UTCTime (RFC 5280 section 4.1.2.5). */
const firstGeneralized = instantOf(2050, 1, 1);
const firstUtc = instantOf(1950, 1, 1);

/** DER of the Time, fractions of a second cut off. `undefined` outside of the years 0 to 9999. */
export const encodeTime = (instant: Instant): Uint8Array | undefined => {
  const t = civilOf(instant);
  if (!(t.year >= 0 && t.year <= 9999)) return undefined;
  const utc = instant >= firstUtc && instant < firstGeneralized;
  const text =
    (utc ? pad(t.year % 100, 2) : pad(t.year, 4)) +
    pad(t.month, 2) +
    pad(t.day, 2) +
    pad(t.hour, 2) +
    pad(t.minute, 2) +
    pad(t.second, 2) +
    "Z";
  const octets = new Uint8Array(text.length + 2);
  octets[0] = utc ? tag.utcTime : tag.generalizedTime;
  octets[1] = text.length;
  octets.set(asciiBytes(text), 2);
  return octets;
};

/** "2031-05-04T12:00:00Z" */
export const formatInstant = (instant: Instant): string => {
  const t = civilOf(instant);
  return `${pad(t.year, 4)}-${pad(t.month, 2)}-${pad(t.day, 2)}T${pad(t.hour, 2)}:${pad(t.minute, 2)}:${pad(t.second, 2)}Z`;
};
