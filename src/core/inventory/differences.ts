import type { Parts } from "./parts.ts";

/** What is another one, gone or new since, each by its name in words; empty when nothing that a plan depends on is. */
export const differences = (before: Parts, now: Parts): readonly string[] => [
  ...Object.keys(before).flatMap((name) => {
    if (now[name] === undefined) return [`${name} is gone`];
    return now[name] === before[name] ? [] : [`${name} is not as it was`];
  }),
  ...Object.keys(now)
    .filter((name) => before[name] === undefined)
    .map((name) => `${name} is new`),
];
