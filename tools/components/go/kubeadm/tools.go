//go:build tools

// Package tools pins kubeadm, which the tests compare certwright's kubeadm profiles with; go.sum keeps its hashes.
package tools

import _ "k8s.io/kubernetes/cmd/kubeadm"
