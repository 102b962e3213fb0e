/** Seeded chance: the same seed and the same questions in the same order give the same answers. */
export interface Chance {
  /** In [0, 1). */
  fraction(): number;
  /** An integer in [0, count). */
  below(count: number): number;
  /** An integer in [from, to]. */
  between(from: number, to: number): number;
  happens(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** A new order of the same things. */
  shuffle<T>(list: readonly T[]): readonly T[];
}

/**
 * sfc32 of PractRand (Chris Doty-Humphrey), seeded through splitmix32 so that neighbouring seeds are not alike.
 * `stream` gives independent sequences of one seed: a fault that is taken out does not move the rest.
 */
export const createChance = (seed: number, stream = 0): Chance => {
  let mixed = (seed ^ Math.imul(stream + 1, 0x9e3779b9)) | 0;
  const split = (): number => {
    mixed = (mixed + 0x9e3779b9) | 0;
    let word = mixed ^ (mixed >>> 16);
    word = Math.imul(word, 0x21f0aaad);
    word ^= word >>> 15;
    word = Math.imul(word, 0x735a2d97);
    return word ^ (word >>> 15);
  };
  let a = split();
  let b = split();
  let c = split();
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let warm = 0; warm < 12; warm++) next();
  const fraction = (): number => next() / 0x1_0000_0000;
  const below = (count: number): number => Math.floor(fraction() * count);
  return {
    fraction,
    below,
    between: (from, to) => from + below(to - from + 1),
    happens: (probability) => fraction() < probability,
    pick: (list) => list[below(list.length)]!,
    shuffle: (list) => {
      const result = [...list];
      for (let last = result.length - 1; last > 0; last--) {
        const other = below(last + 1);
        [result[last], result[other]] = [result[other]!, result[last]!];
      }
      return result;
    },
  };
};
