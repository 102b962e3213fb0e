/**
 * What a program's words say of a flag: "--name=a", "--name a", and Go's flags with one dash. Of several the last one
 * holds, as with Go's flag and pflag. Undefined when it is not among them.
 */
export const flagValue = (words: readonly string[], name: string): string | undefined => {
  const at = placeOfFlag(words, name);
  if (at === undefined) return undefined;
  return at.apart ? words[at.index + 1] : words[at.index]!.slice(words[at.index]!.indexOf("=") + 1);
};

/** Where the flag stands; `apart`: its value is a word of its own behind it. */
export const placeOfFlag = (
  words: readonly string[],
  name: string,
): { readonly index: number; readonly apart: boolean } | undefined => {
  const index = words.findLastIndex((word) => {
    const bare = word.replace(/^--?/, "");
    return bare !== word && (bare === name || bare.startsWith(`${name}=`));
  });
  return index < 0 ? undefined : { index, apart: !words[index]!.includes("=") };
};
