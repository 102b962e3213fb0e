/** SHA-256 of each file below some folder, in hexadecimal, by its path there without the leading slash. */
export type FileSums = ReadonlyMap<string, string>;

/** Marks names that sha256sum prints with escapes (coreutils: a leading backslash). Nobody names such a file on purpose. */
const escaped = "\\";

/**
 * What `sha256sum` printed of absolute paths; `below`: the folder that is taken off their beginning. Undefined when a
 * line is none of its, or a name has a line break in it.
 */
export const readSums = (text: string, below: string): FileSums | undefined => {
  const sums = new Map<string, string>();
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const [, sum, path] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
    if (line.startsWith(escaped) || sum === undefined || path === undefined) return undefined;
    const relative = path.startsWith(`${below}/`) ? path.slice(below.length + 1) : path;
    sums.set(relative.replace(/^\//, ""), sum);
  }
  return sums;
};

/** As `sha256sum -c` takes it, in the folder that the paths are below. */
export const sumsText = (sums: FileSums): string =>
  [...sums]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, sum]) => `${sum}  ${path}\n`)
    .join("");

/** Paths that are not the same in both, those of the first that the second lacks, and those that it has besides. */
export const differingPaths = (wanted: FileSums, found: FileSums): readonly string[] => {
  const differing = [...wanted].filter(([path, sum]) => found.get(path) !== sum);
  const besides = [...found].filter(([path]) => !wanted.has(path));
  return [...differing, ...besides].map(([path]) => path);
};
