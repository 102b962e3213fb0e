/** What is at a path: `quit` ends when that is no link, `there` is "link" or "absent", `now` what the link says, be it line breaks. */
const see = `nl='
'
see() {
  now=
  if facts=$(stat -c "$format" "$1" 2>&1); then
    case $facts in
      a???*) ;;
      *) quit kind ;;
    esac
    now=$(readlink "$1"; printf x)
    now=\${now%x}
    now=\${now%"$nl"}
    there=link
    return
  fi
  there=absent
  case $facts in
    *'No such file'*) ;;
    *) printf %s "$facts"; quit fault ;;
  esac
}
`;

/** read-link PATH */
export const readLinkScript = `${see}quit() {
  end "$1"
}
see "$1"
[ "$there" = absent ] || printf '%s\\n%s' "$facts" "$now"
end "$there"
`;

/** link PATH TARGET link|absent EXPECTED */
export const linkScript = `${see}trap '' HUP PIPE
path=$1
target=$2
folder=\${path%/*}
folder=\${folder:-/}
name=\${path##*/}
temporary=$folder/.$name.certwright-$token.tmp
quit() {
  rm -f "$temporary"
  end "$1"
}
require() {
  see "$path"
  [ "$there" != "$1" ] || [ "$now" != "$2" ] || return 0
  [ "$there" = link ] || quit removed
  [ "$1" = link ] || quit created
  quit changed
}
refuse() {
  printf %s "$fault"
  quit fault
}
require "$3" "$4"
for old in "$folder/.$name.certwright-"*.tmp; do
  [ ! -L "$old" ] || rm -f "$old"
done
if [ "$3" = absent ]; then
  fault=$(ln -s "$target" "$path" 2>&1) || refuse
else
  # Into a folder that the link leads to, mv would move it.
  [ ! -d "$path" ] || quit folder
  fault=$(ln -s "$target" "$temporary" 2>&1) || refuse
  require "$3" "$4"
  fault=$(mv -f "$temporary" "$path" 2>&1 </dev/null) || refuse
fi
sync "$folder" 2>/dev/null || sync
end 0
`;
