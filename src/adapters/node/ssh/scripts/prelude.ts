/**
 * What the scripts have in common. They run on whatever a machine has: POSIX sh, and stat, readlink, sync, dd and the
 * rest as GNU coreutils, busybox and toybox have them; `$tool` is the first of three programs that can do SHA-256.
 * Paths are absolute, so none begins with a dash. No backslash is needed beyond printf's, no array, no local.
 *
 * `format`: kind and mode in hexadecimal, size, owner, group, and the time of the last change, in UTC.
 */
export const prelude = `LC_ALL=C
TZ=UTC0
export LC_ALL TZ
tool=$1
shift
format='%f %s %u %g %z'
digest() {
  case $tool in
    openssl) openssl dgst -sha256 -r ;;
    shasum) shasum -a 256 ;;
    *) "$tool" ;;
  esac | {
    read -r digest rest
    printf %s "$digest"
  }
}
`;

/** Programs that the scripts call. */
export const needed = [
  "cat",
  "chmod",
  "chown",
  "date",
  "dd",
  "df",
  "grep",
  "id",
  "ln",
  "mv",
  "readlink",
  "rm",
  "stat",
  "sync",
] as const;

/** Prints the first program for digests, then what is missing, then whether `stat` is the kind that is needed. */
export const toolsScript = `for tool in sha256sum shasum openssl none; do
  command -v "$tool" >/dev/null 2>&1 && break
done
printf '%s' "$tool"
for program in "$@"; do
  command -v "$program" >/dev/null 2>&1 || printf ' %s' "$program"
done
stat -L -c '%f %s' / >/dev/null 2>&1 || printf ' %s' 'stat -c'
`;
