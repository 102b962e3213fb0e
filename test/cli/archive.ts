/** A script and its files in one text, in the format of Go's txtar: "-- name --" begins a file. */
export interface Archive {
  readonly script: string;
  readonly files: ReadonlyMap<string, string>;
}

export const readArchive = (text: string): Archive => {
  const files = new Map<string, string>();
  const [script, ...parts] = text.split(/^-- (.+) --$\n?/m);
  for (let i = 0; i < parts.length; i += 2) files.set(parts[i]!.trim(), parts[i + 1]!);
  return { script: script!, files };
};

/**
 * The words of one line: separated by blanks, 'single quotes' hold blanks, '' inside them is a quote,
 * $NAME outside of quotes is replaced, # begins a comment.
 */
export const readWords = (line: string, env: Readonly<Record<string, string>>): string[] => {
  const words: string[] = [];
  let word: string | undefined;
  for (const [, quoted, name, blank, hash, other] of line.matchAll(
    /'((?:[^']|'')*)'|\$(\w+)|(\s+)|(#.*)|([^\s'#$]+|[$#'])/g,
  )) {
    if (hash !== undefined && word === undefined) break;
    if (blank !== undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      const value =
        name === undefined ? (quoted?.replaceAll("''", "'") ?? other ?? hash) : env[name];
      if (value === undefined) throw new Error(`$${name} is not set: ${line}`);
      word = (word ?? "") + value;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
};
