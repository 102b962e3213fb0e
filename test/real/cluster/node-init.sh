#!/bin/sh
# Process 1 of a node: node-init.sh NAME FOLDER CGROUP SSHD PROGRAM-FOLDERS...
# FOLDER becomes /srv; the machine's own /etc, /var and /usr stay as they are, the node writes into layers over them.
set -e
name=$1
folder=$2
cgroup=$3
# First into the control group, then again from the start in a namespace in which that group is the root of each tree.
if [ "$cgroup" != entered ]; then
  for tree in /sys/fs/cgroup /sys/fs/cgroup/*; do
    [ -d "$tree/$cgroup" ] || continue
    echo 0 >"$tree/$cgroup/cgroup.procs"
    mount --bind "$tree/$cgroup" "$tree"
  done
  shift 3
  exec unshare --cgroup "$0" "$name" "$folder" entered "$@"
fi
sshd=$4
shift 4
hostname "$name"
ip link set lo up
echo 1 >/proc/sys/net/ipv4/ip_forward
mkdir -p "$folder/kubelet" "$folder/etcd" "$folder/log" "$folder/containerd" "$folder/root"
mount --bind "$folder" /srv
for layer in etc var usr; do
  mkdir -p "/srv/layer/$layer" "/srv/layer/$layer-work"
  mount -t overlay -o "lowerdir=/$layer,upperdir=/srv/layer/$layer,workdir=/srv/layer/$layer-work" over "/$layer"
done
# On the disk itself: what fsyncs, and what is mounted into containers.
for own in lib/kubelet lib/etcd log; do
  mkdir -p "/var/$own"
  mount --bind "/srv/${own#lib/}" "/var/$own"
done
mount --make-rshared /var/lib/kubelet
mount -t tmpfs -o mode=0755 certwright-run /run
mkdir -p /run/netns /run/lock /run/sshd /run/sysctl /etc/cni/net.d /etc/kubernetes

# The kubelet sets these for the whole kernel; the machine below the node keeps its own values.
for setting in vm/overcommit_memory kernel/panic kernel/panic_on_oops kernel/keys/root_maxkeys kernel/keys/root_maxbytes; do
  [ -e "/proc/sys/$setting" ] || continue
  copy=/run/sysctl/$(basename "$setting")
  cat "/proc/sys/$setting" >"$copy"
  mount --bind "$copy" "/proc/sys/$setting"
done

tr -d - </proc/sys/kernel/random/uuid >/etc/machine-id
cp /srv/hosts /etc/hosts
cp /srv/resolv.conf /etc/resolv.conf
cp /srv/network.conflist /etc/cni/net.d/10-pods.conflist
# Homes of their own, and the account that sshd's unprivileged part wants.
sed -i 's|^\(root:.*\):[^:]*:\([^:]*\)$|\1:/srv/root:\2|; /^sshd:/d' /etc/passwd
echo 'sshd:x:64998:65534::/run/sshd:/usr/sbin/nologin' >>/etc/passwd
for components in "$@"; do
  find "$components" -maxdepth 1 -type f -perm -u+x -exec ln -sf -t /usr/local/bin {} +
done

containerd --config /srv/containerd.toml >/var/log/containerd.log 2>&1 &
sh /srv/kubelet.sh &
"$sshd" -f /srv/sshd_config -E /var/log/sshd.log
echo ready
exec >/dev/null 2>&1
while :; do
  sleep 3600 &
  wait $!
done
