import type { Instant } from "../../model/certificate.ts";

const units: readonly (readonly [word: string, seconds: number])[] = [
  ["year", 365 * 86_400],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

/** "22 days ago", "in 3 hours", "now": `then` as seen from `at`, in the largest unit of which there are two, days up to two years. */
export const agoText = (then: Instant, at: Instant): string => {
  const seconds = Math.floor(Math.abs(at - then) / 1000);
  if (seconds === 0) return "now";
  const [word, size] = units.find(([, unit]) => seconds >= 2 * unit) ?? units.at(-1)!;
  const count = Math.floor(seconds / size);
  const span = `${count} ${word}${count === 1 ? "" : "s"}`;
  return then < at ? `${span} ago` : `in ${span}`;
};
