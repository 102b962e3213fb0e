const milliseconds: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

/**
 * Milliseconds from Go's form of durations ("2160h0m0s", "1h30m", "1.5h") with days, weeks and years (365 days) added.
 * A bare number is seconds, as Vault reads it. Undefined when the text is none of these, or too large for a number.
 */
export const parseDuration = (text: string): number | undefined => {
  if (!/^\d+$|^(\d+(\.\d+)?(ms|s|m|h|d|w|y))+$/.test(text)) return undefined;
  let total = 0;
  if (/^\d+$/.test(text)) total = Number(text) * 1000;
  else {
    for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d|w|y)/g)) {
      total += Number(amount) * milliseconds[unit!]!;
    }
  }
  const rounded = Math.round(total);
  return Number.isSafeInteger(rounded) ? rounded : undefined;
};

/** Go's text of a duration in whole seconds, as Vault prints it: "100h0m0s", "1m30s", "0s". */
export const goDuration = (seconds: number): string => {
  const h = Math.floor(seconds / 3600);
  const m = Math.floor((seconds % 3600) / 60);
  const s = seconds % 60;
  if (h > 0) return `${h}h${m}m${s}s`;
  return m > 0 ? `${m}m${s}s` : `${s}s`;
};

/** The shortest whole form for people: "90d", "36h", "10y". */
export const shortDuration = (seconds: number): string => {
  for (const [unit, size] of [
    ["y", 31_536_000],
    ["d", 86_400],
    ["h", 3600],
    ["m", 60],
  ] as const) {
    if (seconds >= size && seconds % size === 0) return `${seconds / size}${unit}`;
  }
  return `${seconds}s`;
};
