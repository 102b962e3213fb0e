//go:build tools

// Package tools pins kube-apiserver, which doctor's tests are held against; go.sum keeps its hashes.
package tools

import _ "k8s.io/kubernetes/cmd/kube-apiserver"
