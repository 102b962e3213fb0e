/** What time it is, in seconds with a fraction. A `date` without %N leaves it as it is: then what the kernel stamps on a new file of /proc. */
const now = `now=$(date +%s.%N)
case $now in
  *N*) now=$(stat -c %z "/proc/$$/environ") ;;
esac
`;

export const clockScript = `${now}printf %s "$now"
`;

/**
 * processes NAME: the time, the uptime, and of each process in whose words the name appears its number, its stat and its
 * words; the caller tells those apart whose program it is. One grep, because a machine may have thousands.
 */
export const processesScript = `[ -r /proc/uptime ] || { uname -s; end platform; }
${now}printf '%s\\n' "$now"
cat /proc/uptime
grep -l -s -F -e "$1" /proc/[0-9]*/cmdline | while read -r file; do
  process=\${file%/cmdline}
  stat=$(cat "$process/stat" 2>/dev/null) || continue
  printf '\\n%s %s\\n%s\\n' "$token" "\${process#/proc/}" "$stat"
  cat "$file" 2>/dev/null
done
end 0
`;

/** free PATH: the table of `df` for the nearest folder that is there. */
export const freeScript = `place=$1
while [ ! -e "$place" ]; do
  place=\${place%/*}
  place=\${place:-/}
done
df -P -k "$place" 2>&1
`;

/** run sudo|as-is PROGRAM [WORD…] */
export const runScript = `how=$1
shift
cd /
if [ "$how" = sudo ]; then
  sudo -n -- "$@"
else
  command -v "$1" >/dev/null 2>&1 || end missing
  "$@"
fi
`;
