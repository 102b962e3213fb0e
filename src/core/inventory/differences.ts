import type { ConsumerId } from "../model/inventory.ts";
import { versionPrefix, type Parts } from "./parts.ts";

/** What is another one, gone or new since, each by its name in words; empty when nothing that a plan depends on is. */
export const differences = (before: Parts, now: Parts): readonly string[] => [
  ...Object.keys(before).flatMap((name) => {
    if (now[name] === undefined) return name.startsWith(versionPrefix) ? [] : [`${name} is gone`];
    return now[name] === before[name] ? [] : [`${name} is not as it was`];
  }),
  ...Object.keys(now)
    .filter((name) => before[name] === undefined && !name.startsWith(versionPrefix))
    .map((name) => `${name} is new`),
];

/** Consumers that are there as they were, and do not say now which version they are: nobody knows whether it is another. */
export const silentSince = (before: Parts, now: Parts): readonly ConsumerId[] =>
  Object.keys(before).flatMap((name) => {
    if (!name.startsWith(versionPrefix) || now[name] !== undefined) return [];
    const id = name.slice(versionPrefix.length) as ConsumerId;
    return now[`consumer ${id}`] === undefined ? [] : [id];
  });
