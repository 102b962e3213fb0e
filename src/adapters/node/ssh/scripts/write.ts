/**
 * write (PATH SIZE DIGEST EXPECTED MODE USER GROUP)…: the contents follow one another on the input.
 * EXPECTED is a digest or "absent"; USER and GROUP may be empty, and MODE counts for new files only.
 *
 * Everything is compared, then everything is written beside its place, made durable and read back, and only then the first
 * name changes. A connection that is lost before the last byte leaves everything as it was; lost later, the script goes on
 * to its end alone. Prints nothing when all is written, else: which file, a word, how many were written before, and why.
 */
export const writeScript = `umask 077
trap '' HUP PIPE
nl='
'
index=0
written=0
all() {
  step=$1
  shift
  index=0
  while [ $# -gt 0 ]; do
    left=$(($# / 7 - 1))
    "$step" "$1" "$2" "$3" "$4" "$5" "$6" "$7" || return 1
    shift 7
    index=$((index + 1))
  done
}
refuse() {
  printf '%s %s %s %s' "$index" "$1" "$written" "$2"
  return 1
}
# Links are followed, but not those of a switch of files that was killed: its names become plain files again.
place() {
  target=$1
  if [ -L "$target" ]; then
    case $(readlink "$target") in
      */.certwright-switch-*) ;;
      *)
        followed=$(readlink -f "$target"; printf x)
        followed=\${followed%x}
        followed=\${followed%"$nl"}
        [ -z "$followed" ] || target=$followed
        ;;
    esac
  fi
  folder=\${target%/*}
  folder=\${folder:-/}
  name=\${target##*/}
  temporary=$folder/.$name.certwright-$token.tmp
}
expected() {
  if facts=$(stat -L -c "$format" "$1" 2>&1); then
    case $facts in
      8???*) ;;
      *) refuse kind "$facts"; return 1 ;;
    esac
    [ "$2" != absent ] || { refuse changed 'was created'; return 1; }
    now=$({ digest <"$target"; } 2>&1)
    case $now in
      "$2") return 0 ;;
      *[!0-9a-f]*) refuse fault "$now" ;;
      *) refuse changed 'was changed' ;;
    esac
    return 1
  fi
  [ ! -L "$1" ] || { refuse link "$facts"; return 1; }
  case $facts in
    *'No such file'*) ;;
    *) refuse fault "$facts"; return 1 ;;
  esac
  [ "$2" = absent ] || { refuse changed 'was removed'; return 1; }
}
check() {
  place "$1"
  expected "$1" "$4" || return 1
  [ -d "$folder" ] || { refuse folder ''; return 1; }
  for old in "$folder/.$name.certwright-"*.tmp; do
    [ ! -f "$old" ] || rm -f "$old"
  done
}
# What else decides who may read it.
keep() {
  if [ -e /sys/fs/selinux/enforce ]; then
    chcon --reference="$target" "$file" || return 1
  fi
  if command -v getfacl >/dev/null && command -v setfacl >/dev/null; then
    # Nothing for a file that has modes only.
    list=$(getfacl -pcs "$target") || return 1
    [ -z "$list" ] || printf '%s\\n' "$list" | setfacl --set-file=- "$file"
    return
  fi
  case $(ls -ld "$target") in
    ??????????+*)
      echo 'it has an access control list, which takes getfacl and setfacl to keep'
      return 1
      ;;
  esac
}
# Writes what is open as 9, and what is open stays what is written: who owns the folder may put a link into
# the temporary file's place, and we may be root. 11: the content is not whole; 12: the owner is
# at fault; a shell's own failure to open it is 1 or 2.
fill() {
  if [ "$left" -eq 0 ]; then
    cat >&9
  else
    # Not one byte more than this file's; its table of blocks is no fault.
    table=$(dd ibs=1 obs=65536 count="$2" 2>&1 >&9) || { printf %s "$table"; return 1; }
  fi || return 1
  [ "$(digest <"$file")" = "$3" ] || return 11
  if [ "$4" = absent ]; then
    mode=$5
    owner=
    if [ -n "$6" ]; then
      group=$7
      [ -n "$group" ] || group=$(id -g "$6") || return 12
      owner=$6:$group
    fi
  else
    mode=$(stat -L -c %a "$target")
    owner=$(stat -L -c %u:%g "$target")
    [ "$owner" != "$(stat -L -c %u:%g "$file")" ] || owner=
  fi
  if [ -n "$owner" ]; then
    chown "$owner" "$file" || return 12
  fi
  chmod "$mode" "$file" || return 1
  [ "$4" = absent ] || keep || return 1
  sync "$file"
}
stage() {
  place "$1"
  file=/proc/self/fd/9
  [ -e /proc/self/fd ] || file=$temporary
  set -C
  fault=$({ { fill "$@"; } 9>"$temporary"; } 2>&1)
  case $? in
    0) ;;
    11) refuse short "$fault" ;;
    12) refuse owner "$fault" ;;
    *) refuse fault "$fault" ;;
  esac
}
commit() {
  place "$1"
  expected "$1" "$4" || return 1
  [ -f "$temporary" ] || { refuse changed 'was taken by another writer'; return 1; }
  if [ "$4" = absent ]; then
    # Unlike a rename, a link never replaces what appeared in the meantime.
    fault=$(ln "$temporary" "$target" 2>&1) || { refuse fault "$fault"; return 1; }
    rm -f "$temporary"
  else
    fault=$(mv -f "$temporary" "$target" 2>&1 </dev/null) || { refuse fault "$fault"; return 1; }
  fi
  written=$((written + 1))
  sync "$folder" 2>/dev/null || sync
}
drop() {
  place "$1"
  rm -f "$temporary"
}
all check "$@" && all stage "$@" && all commit "$@"
settled=$?
all drop "$@"
end "$settled"
`;

/** remove PATH DIGEST */
export const removeScript = `[ -L "$1" ] || [ -e "$1" ] || end removed
facts=$(stat -L -c "$format" "$1" 2>&1) || { printf %s "$facts"; end fault; }
case $facts in
  8???*) ;;
  *) printf '%s\\n' "$facts"; end kind ;;
esac
now=$({ digest <"$1"; } 2>&1)
case $now in
  "$2") ;;
  *[!0-9a-f]*) printf %s "$now"; end fault ;;
  *) end changed ;;
esac
target=$1
[ ! -L "$1" ] || target=$(readlink -f "$1")
fault=$(rm "$target" 2>&1 </dev/null) || { printf %s "$fault"; end fault; }
folder=\${target%/*}
sync "\${folder:-/}" 2>/dev/null || sync
end 0
`;
