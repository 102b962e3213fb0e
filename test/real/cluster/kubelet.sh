#!/bin/sh
# Runs the kubelet as kubeadm's unit file does: as soon as it has a configuration, and again whenever it has ended.
while :; do
  if [ -f /var/lib/kubelet/config.yaml ]; then
    KUBELET_KUBEADM_ARGS=
    [ ! -f /var/lib/kubelet/kubeadm-flags.env ] || . /var/lib/kubelet/kubeadm-flags.env
    # Its words are separated by spaces, as in the unit file.
    # shellcheck disable=SC2086
    kubelet --bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf \
      --kubeconfig=/etc/kubernetes/kubelet.conf --config=/var/lib/kubelet/config.yaml \
      $KUBELET_KUBEADM_ARGS >>/var/log/kubelet.log 2>&1 &
    echo $! >/run/kubelet.pid
    wait $!
  fi
  sleep 0.5
done
