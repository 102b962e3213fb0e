/**
 * The candidate that a mistyped word most likely meant, or undefined when none is close:
 * at most one edit per three letters, so that "inspct" finds "inspect" and "foo" finds nothing.
 */
export const nearest = (word: string, candidates: Iterable<string>): string | undefined => {
  const typed = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const candidate of candidates) {
    const target = candidate.toLowerCase();
    const allowed = Math.max(1, Math.floor(Math.max(typed.length, target.length) / 3));
    const d = distance(typed, target, allowed);
    if (d <= allowed && d < bestDistance) {
      best = candidate;
      bestDistance = d;
    }
  }
  return best;
};

/**
 * Damerau-Levenshtein distance in its optimal string alignment form: insert, delete, replace, swap neighbours.
 * Gives `limit + 1` as soon as the lengths alone exceed `limit`, so a megabyte of garbage costs nothing.
 */
const distance = (a: string, b: string, limit: number): number => {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let d = Math.min(row[j - 1]! + 1, previous[j]! + 1, previous[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        d = Math.min(d, beforePrevious[j - 2]! + 1);
      }
      row.push(d);
    }
    beforePrevious = previous;
    previous = row;
  }
  return previous[b.length]!;
};
