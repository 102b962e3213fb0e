/** ASCII letters only: other case rules would let two different names match (RFC 6125 section 6.4.1). */
export const lowerAscii = (text: string): string =>
  text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

const label = /^[A-Za-z0-9_][A-Za-z0-9_-]*$/;

/** A name whose labels are letters, digits, hyphens (not first) and underscores; `pattern` may begin with "*.". */
export const isHostName = (name: string, pattern: boolean): boolean => {
  const labels = (pattern ? name : name.replace(/\.$/, "")).split(".");
  if (pattern && labels.length > 1 && labels[0] === "*") labels.shift();
  return labels.every((part) => label.test(part));
};

/** "Preferred name syntax" of RFC 1034 section 3.5 as changed by RFC 1123 section 2.1, with "*" as a whole first label. */
export const isPreferredSyntax = (name: string): boolean => {
  const labels = name.split(".");
  if (labels.length > 1 && labels[0] === "*") labels.shift();
  return (
    name.length <= 253 &&
    labels.every((part) => /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(part))
  );
};

/** "*.example.com" for "a.example.com", neither for "example.com" nor for "a.b.example.com"; both in lower case. */
const matchesLabels = (pattern: string, host: string): boolean => {
  const patterns = pattern.split(".");
  const labels = host.split(".");
  return (
    patterns.length === labels.length &&
    patterns.every((part, i) => part === labels[i] || (i === 0 && part === "*"))
  );
};

/** How Go (and this house) matches a presented DNS name: exactly, or by a wildcard that is the whole first label. */
export const matchesHost = (presented: string, wanted: string): boolean => {
  const pattern = lowerAscii(presented);
  const host = lowerAscii(wanted);
  if (isHostName(pattern, true) && isHostName(host, false))
    return matchesLabels(pattern, host.replace(/\.$/, ""));
  // Names that are no host names, such as SPIFFE-like ones, match themselves only.
  return pattern !== "" && pattern !== "." && pattern === host;
};

/** valid_star in OpenSSL's v3_utils.c: text on one side of the star at most, and two labels or more behind it. */
const looseWildcard = (() => {
  const text = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?";
  return new RegExp(
    String.raw`^(?:(?!xn--)(${text})\*|\*([a-z0-9-]*[a-z0-9])?)((?:\.${text}){2,})$`,
  );
})();

/**
 * How OpenSSL's X509_check_host matches: one "*" in the first label, with text before or behind it. Alone in its
 * label it stands for one character or more, and only then for part of an A-label.
 */
export const matchesHostLoosely = (presented: string, wanted: string): boolean => {
  const pattern = lowerAscii(presented);
  const host = lowerAscii(wanted);
  if (pattern === host) return pattern !== "";
  const star = looseWildcard.exec(pattern);
  if (star === null) return false;
  const [, before = "", after = "", rest = ""] = star;
  const first = host.slice(0, host.length - rest.length);
  if (!host.endsWith(rest) || first.length < before.length + after.length) return false;
  const covered = first.slice(before.length, first.length - after.length);
  return (
    first.startsWith(before) &&
    first.endsWith(after) &&
    /^[a-z0-9-]*$/.test(covered) &&
    (before === "" && after === "" ? covered !== "" : !first.startsWith("xn--"))
  );
};
