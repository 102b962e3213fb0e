import { flagValue, placeOfFlag } from "./flag-value.ts";
import { readPod, wordsOf, writePod } from "./pod-document.ts";

/** The manifest's text with these flags of the program, names without dashes; a flag that is not there comes last. Throws manifest.*. */
export const setFlags = (
  text: string,
  source: string,
  program: string,
  flags: Readonly<Record<string, string>>,
): string => {
  const pod = readPod(text, source);
  let changed = false;
  for (const [name, value] of Object.entries(flags)) {
    const { node, words } = wordsOf(pod, program);
    if (flagValue(words, name) === value) continue;
    changed = true;
    const at = placeOfFlag(words, name);
    if (at === undefined) node.add(`--${name}=${value}`);
    else if (at.apart) node.set(at.index + 1, value);
    else node.set(at.index, `--${name}=${value}`);
  }
  return changed ? writePod(pod) : text;
};

/** Which of these flags the manifest's program has otherwise, each in words; none: they are all there. Throws manifest.*. */
export const otherFlags = (
  words: readonly string[],
  flags: Readonly<Record<string, string>>,
): readonly string[] =>
  Object.entries(flags).flatMap(([name, value]) => {
    const found = flagValue(words, name);
    if (found === value) return [];
    return [found === undefined ? `no --${name}` : `--${name}=${found}, not ${value}`];
  });

/** The words that the manifest starts the program with. Throws manifest.*. */
export const programWords = (text: string, source: string, program: string): readonly string[] =>
  wordsOf(readPod(text, source), program).words;
