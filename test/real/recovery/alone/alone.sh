#!/bin/sh
# Process 1 of a control plane node without kubelet and containerd: alone.sh FOLDER ADDRESS
# The machine's own /etc and /var stay as they are; the node writes into layers over them.
set -e
folder=$1
address=$2
hostname m1
mkdir -p "$folder/etcd" "$folder/op"
mount --bind "$folder" /srv
for layer in etc var; do
  mkdir -p "/srv/layer/$layer" "/srv/layer/$layer-work"
  mount -t overlay -o "lowerdir=/$layer,upperdir=/srv/layer/$layer,workdir=/srv/layer/$layer-work" over "/$layer"
done
# On the disk itself: what fsyncs.
mkdir -p /var/lib/etcd /etc/kubernetes /var/lib/kubelet/pki
mount --bind "$folder/etcd" /var/lib/etcd
mount -t tmpfs -o mode=0755 certwright-run /run
ip link set lo up
ip addr add "$address/32" dev lo
ip route add default dev lo
printf '127.0.0.1 localhost\n%s m1\n' "$address" >/etc/hosts
echo ready
exec >/dev/null 2>&1
while :; do
  sleep 3600 &
  wait $!
done
