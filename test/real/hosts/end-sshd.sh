#!/bin/sh
# end-sshd.sh listener|connections: ends the process that takes new connections, or those that serve the open ones.
listener=$(cat /srv/sshd.pid 2>/dev/null)
if [ "$1" = listener ]; then
  [ -n "$listener" ] || exit 0
  kill -KILL "$listener"
  while kill -0 "$listener" 2>/dev/null; do sleep 0.02; done
  rm -f /srv/sshd.pid
  exit 0
fi
for folder in /proc/[0-9]*; do
  pid=${folder#/proc/}
  read -r name <"$folder/comm" 2>/dev/null || continue
  [ "$name" = sshd ] && [ "$pid" != "$listener" ] && kill -KILL "$pid"
done
exit 0
