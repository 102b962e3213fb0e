#!/bin/sh
# Process 1 of a host: gives it a name, a /srv and a user database of its own, then buries orphans until it is killed.
# init.sh NAME SRV: SRV becomes /srv; its folder "small" is laid over with a disk of 1 MiB, which a test can fill.
set -e
hostname "$1"
ip link set lo up
mount --bind "$2" /srv
mount --bind /srv/passwd /etc/passwd
mount -t tmpfs -o size=1m,mode=0755 certwright-small /srv/etcd
mount -t tmpfs -o size=16m,mode=0755 certwright-run /run
mkdir -m 0755 /run/sshd
echo ready
exec >/dev/null
while :; do
  sleep 3600 &
  wait $!
done
