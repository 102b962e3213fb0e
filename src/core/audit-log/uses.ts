/** Requests in a kube-apiserver's audit log that were alike in everything but their time. */
export interface CredentialUse {
  /** "X509SHA256=…" (hexadecimal, of the leaf's DER) or "JTI=…", as authentication.kubernetes.io/credential-id has it. */
  readonly credential: string;
  readonly user: string;
  /** UID of the pod that a token was made for; "" where it is none's. */
  readonly pod: string;
  /** The nearest address that the API server knows of. */
  readonly from: string;
  readonly userAgent: string;
  /** RFC 3339, of the API server's clock. */
  readonly last: string;
  readonly count: number;
}

export interface ReadUses {
  readonly uses: readonly CredentialUse[];
  /** The oldest record that was read, RFC 3339; absent: there was none. */
  readonly oldest?: string;
  /** Whether there were more kinds of requests than were counted. */
  readonly more: boolean;
  /** How many requests came with credentials that the program was told of, and that are not in `uses`; absent: none. */
  readonly known?: number;
}

/** Kinds of requests that are told apart: clusters have a tenth of it, and so many fit into what a node's program may print (1 MiB). */
const mostUses = 2000;

/**
 * A program of POSIX awk over audit logs (audit.k8s.io/v1, one JSON object a line): it runs where the logs are, for
 * they are gigabytes and what matters of them is a table. A name's value is looked for with its quotes, which inside a
 * JSON string are escaped, so that no user agent and no path can pass for one; and since objects that were sent stand
 * between the user and the times, of users the first is taken, and of times the last. Lines that are a credential alone
 * name those that are counted together (no line of a log begins so).
 */
export const usesProgram = `
function text(name,   at) {
  if (!match($0, "\\"" name "\\":\\\\[?\\"([^\\"\\\\\\\\]|\\\\\\\\.)*\\"")) return ""
  at = substr($0, RSTART, RLENGTH)
  sub(/^"[^"]*":\\[?"/, "", at)
  return substr(at, 1, length(at) - 1)
}
function time(   rest, at) {
  rest = $0
  at = ""
  while (match(rest, /"stageTimestamp":"[^"]*"/)) {
    at = substr(rest, RSTART + 18, RLENGTH - 19)
    rest = substr(rest, RSTART + RLENGTH)
  }
  return at
}
/^JTI=/ { told[$0]; next }
FNR == 1 { at = time(); if (at != "" && (oldest == "" || at < oldest)) oldest = at }
index($0, kind) {
  id = text("authentication.kubernetes.io/credential-id")
  if (index(id, kind) != 1) next
  if (id in told) { known++; next }
  at = time()
  young = at == "" || at >= since
  key = id "\\t" text("username") "\\t" text("authentication.kubernetes.io/pod-uid") "\\t" text("sourceIPs") "\\t" text("userAgent")
  if (young && !(key in late)) { if (lates >= most) { more = 1; next } late[key]; lates++ }
  if (!(key in count)) { if (!young && keys >= most) next; keys++ }
  count[key]++
  if (at > last[key]) last[key] = at
}
END {
  for (key in count) if (keys <= most || key in late) print "use\\t" key "\\t" last[key] "\\t" count[key]
  if (oldest != "") print "oldest\\t" oldest
  if (more) print "more"
  if (known) print "known\\t" known
  print "end"
}
`;

/** In the place of a file: the credentials that the program is told of, one a line, as its input. */
export const toldCredentials = "-";

/**
 * The words that start it. `kind`: the start of the credentials that are asked for. `since`: RFC 3339 with microseconds
 * and Z, as API servers write it; what was last done before is told while there is room for it, and is no `more`.
 */
export const usesCommand = (
  kind: "X509SHA256=" | "JTI=",
  since: string,
  files: readonly string[],
): readonly string[] => [
  "awk",
  "-v",
  `kind=${kind}`,
  "-v",
  `since=${since}`,
  "-v",
  `most=${mostUses}`,
  usesProgram,
  ...files,
];

/** What that program printed; undefined when it was cut short. */
export const readUses = (output: string): ReadUses | undefined => {
  const lines = output.split("\n");
  if (lines.at(-1) === "") lines.pop();
  if (lines.pop() !== "end") return undefined;
  const uses: CredentialUse[] = [];
  let oldest: string | undefined;
  let more = false;
  let known = 0;
  for (const line of lines) {
    const [word, ...values] = line.split("\t");
    if (word === "oldest") oldest = values[0];
    else if (word === "more") more = true;
    else if (word === "known") known = Number(values[0]);
    else {
      const [credential, user, pod, from, userAgent, last, count] = values.map(unescaped);
      if (count === undefined) return undefined;
      uses.push({
        credential: credential!,
        user: user!,
        pod: pod!,
        from: from!,
        userAgent: userAgent!,
        last: last!,
        count: Number(count),
      });
    }
  }
  return {
    uses,
    more,
    ...(oldest === undefined ? {} : { oldest }),
    ...(known === 0 ? {} : { known }),
  };
};

const unescaped = (text: string): string => {
  try {
    return String(JSON.parse(`"${text}"`));
  } catch {
    return text;
  }
};
