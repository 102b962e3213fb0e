import { spanWords } from "../text/span.ts";
import type { Gap } from "./gaps.ts";
import type { RunReport } from "./report.ts";

/** Of the requests that failed, how many did so where the plan had not announced that nobody would answer. */
export const unannounced = ({ load, gaps = [] }: Pick<RunReport, "load" | "gaps">): number =>
  gaps.reduce(
    (left, { asAnnounced, failed }) => (asAnnounced ? left - failed : left),
    load?.failed ?? 0,
  );

/** What clients met, in one line; undefined when nobody watched. */
export const loadWords = (report: Pick<RunReport, "load" | "gaps">): string | undefined => {
  const { load } = report;
  if (load === undefined) return undefined;
  const left = unannounced(report);
  const when =
    load.failed === 0
      ? ""
      : left === 0
        ? ", only where the plan announces a gap"
        : `, ${left} of them where the plan announces no gap`;
  return `${load.failed} of ${load.requests} requests failed${when}; longest gap ${load.longestGapMs} ms`;
};

/** A gap, and what the plan had said of it. */
export const gapWords = ({
  group,
  from,
  until,
  failed,
  refused,
  why,
  announced,
  asAnnounced,
}: Gap): string => {
  const seen = `${group} gave no answer for ${((until - from) / 1000).toFixed(1)} s, and ${failed} ${failed === 1 ? "request" : "requests"} failed`;
  if (announced === undefined) return `${seen}; no step had announced it: ${why}`;
  const said = `${announced.steps.join(" and ")} had announced about ${spanWords(announced.milliseconds)}`;
  if (asAnnounced) return `${seen}; ${said}`;
  return refused
    ? `${seen}; ${said} in which nobody is there, but somebody was: ${why}`
    : `${seen}; ${said} only: ${why}`;
};
