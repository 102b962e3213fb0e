/**
 * Whether the text matches the pattern as Vault's globs do: "*" stands for any run of characters, dots included,
 * and nothing else is special. An empty pattern matches only an empty text.
 */
export const globMatches = (pattern: string, text: string): boolean => {
  const parts = pattern.split("*");
  if (parts.length === 1) return pattern === text;
  const first = parts[0]!;
  const last = parts.at(-1)!;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
};
