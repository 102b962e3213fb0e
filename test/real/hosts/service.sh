#!/bin/sh
# Runs one program in the background, as a service manager would: service start|stop|restart|status.
# The program with its words stands in the file "command" beside this one, a word a line. Exit codes are those of the
# LSB for init scripts. With a file "respawn" beside it a program that ends by itself is started again a second later, as
# systemd does with Restart=always: a controller-manager that loses its lease ends itself.
home=$(dirname "$0")
pidfile=$home/service.pid
log=$home/service.log

running() {
  [ -s "$pidfile" ] && kill -0 "$(cat "$pidfile")" 2>/dev/null
}

# 0.1 s at a time, up to $1 of them.
until_ended() {
  left=$1
  while running; do
    [ "$left" -gt 0 ] || return 1
    left=$((left - 1))
    sleep 0.1
  done
}

start() {
  running && return 0
  set --
  while IFS= read -r word; do
    set -- "$@" "$word"
  done <"$home/command"
  [ -e "$home/respawn" ] && set -- "$0" supervise "$@"
  setsid "$@" </dev/null >>"$log" 2>&1 &
  echo $! >"$pidfile"
  # What cannot start at all (a port that is taken, a certificate it cannot read) ends at once.
  if until_ended 3; then
    echo "$1 ended as soon as it was started:" >&2
    tail -n 3 "$log" >&2
    return 1
  fi
}

supervise() {
  trap 'kill "$child"; wait "$child"; exit' TERM
  while :; do
    "$@" &
    child=$!
    wait "$child"
    sleep 1
  done
}

stop() {
  running || return 0
  kill "$(cat "$pidfile")"
  # With what it supervises, if it does: it leads its group.
  until_ended 100 || kill -KILL "-$(cat "$pidfile")"
  until_ended 50 || return 1
  rm -f "$pidfile"
}

case "$1" in
  start) start ;;
  stop) stop ;;
  restart) stop && start ;;
  status) running || exit 3 ;;
  supervise) shift && supervise "$@" ;;
  *) exit 2 ;;
esac
