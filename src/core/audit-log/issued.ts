/** Tokens that API servers were asked for (TokenRequest), by one audit log. */
export interface ReadIssued {
  /** "JTI=…", as authentication.kubernetes.io/issued-credential-id has it; each once. */
  readonly credentials: readonly string[];
  /** Whether there were more than are told. */
  readonly more: boolean;
}

/** A node's program may print 1 MiB, and such a line has 41 bytes. */
const mostIssued = 25_000;

/**
 * A program of POSIX awk over audit logs, as in uses.ts: which tokens were issued from a moment on. The annotation
 * stands behind the times (audit.k8s.io/v1, Event: annotations are its last field), so that nothing which somebody has
 * sent can pass for it; and in that moment's form times of one length are in the order of their letters.
 */
export const issuedProgram = `
index($0, "issued-credential-id") {
  rest = $0
  at = ""
  while (match(rest, /"stageTimestamp":"[^"]*"/)) {
    at = substr(rest, RSTART + 18, RLENGTH - 19)
    rest = substr(rest, RSTART + RLENGTH)
  }
  if (at < since || !match(rest, /"authentication.kubernetes.io\\/issued-credential-id":"JTI=[^"]*"/)) next
  id = substr(rest, RSTART, RLENGTH - 1)
  id = substr(id, index(id, ":\\"") + 2)
  if (id in seen) next
  if (count >= most) { more = 1; next }
  count++
  seen[id]
  print id
}
END {
  if (more) print "more"
  print "end"
}
`;

/** The words that start it. `since`: RFC 3339 with microseconds and Z, as API servers write it. */
export const issuedCommand = (since: string, files: readonly string[]): readonly string[] => [
  "awk",
  "-v",
  `since=${since}`,
  "-v",
  `most=${mostIssued}`,
  issuedProgram,
  ...files,
];

/** What that program printed; undefined when it was cut short. */
export const readIssued = (output: string): ReadIssued | undefined => {
  const lines = output.split("\n");
  if (lines.at(-1) === "") lines.pop();
  if (lines.pop() !== "end") return undefined;
  const more = lines.at(-1) === "more";
  return { credentials: more ? lines.slice(0, -1) : lines, more };
};
