#!/bin/sh
# On a host of test/real/hosts: the machine's own /etc and /var stay as they are, the host writes into layers over them.
set -e
for layer in etc var; do
  mkdir -p "/srv/layer/$layer" "/srv/layer/$layer-work"
  mount -t overlay -o "lowerdir=/$layer,upperdir=/srv/layer/$layer,workdir=/srv/layer/$layer-work" over "/$layer"
done
mount --bind /srv/passwd /etc/passwd
# On the disk itself: what fsyncs.
mkdir -p /srv/data /var/lib/etcd /etc/kubernetes /var/lib/kubelet/pki
mount --bind /srv/data /var/lib/etcd
chmod 0700 /var/lib/etcd
ip route add default dev eth0
