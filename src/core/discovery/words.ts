/**
 * A command as it is typed, in words at its blanks; undefined when it has quotes, backslashes or other marks that only
 * a shell understands, which certwright never asks one to.
 */
export const commandWords = (text: string): readonly string[] | undefined => {
  const words = text.split(/\s+/).filter((word) => word !== "");
  return words.length === 0 || /["'`\\$|&;<>*?(){}[\]~#]/.test(text) ? undefined : words;
};
