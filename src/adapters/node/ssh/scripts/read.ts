/**
 * read PATH LIMIT content|digest: facts, then content or digest, then the facts again, so that a change in between is seen.
 * Nothing but a regular file is opened, and none that is larger than LIMIT: a FIFO would hang.
 */
export const readScript = `facts=$(stat -L -c "$format" "$1" 2>&1) || {
  [ -L "$1" ] && end link
  printf %s "$facts"
  end fault
}
printf '%s\\n' "$facts"
case $facts in
  8???*) ;;
  *) end kind ;;
esac
set -- "$1" "$2" "$3" $facts
[ "$5" -le "$2" ] || end size
if [ "$3" = content ]; then
  cat "$1" || end fault
else
  { digest <"$1"; } 2>&1 || end fault
fi
printf '\\n%s' "$(stat -L -c "$format" "$1" 2>&1)"
end whole
`;

/**
 * LIMIT PATH…: of each in turn what `read` says of its content, between two lines of its own, whose words are the call's with
 * "-0", "-1" … behind it.
 */
export const readAllScript = `limit=$1
shift
index=0
for path in "$@"; do
  (
    token=$token-$index
    trap 'end $?' 0
    printf 'certwright-begin-%s\\n' "$token"
    set -- "$path" "$limit" content
${readScript}  )
  index=$((index + 1))
done
end 0
`;
