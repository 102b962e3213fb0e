/** Names that are listed before the rest is counted. */
const listed = 5;

/** Names in words, the first five of them. */
export const some = (names: readonly string[]): string =>
  names.length <= listed
    ? names.join(", ")
    : `${names.slice(0, listed).join(", ")} and ${names.length - listed} more`;
