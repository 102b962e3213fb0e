import { nearest } from "../text/nearest.ts";

/** A hint for a name that nothing has: the one that was meant, or where to describe it and which there are. */
export const didYouMean = (word: string, known: readonly string[], where: string): string => {
  const meant = nearest(word, known);
  return meant === undefined
    ? `describe it under ${where}; there are: ${known.join(", ")}`
    : `did you mean "${meant}"?`;
};
