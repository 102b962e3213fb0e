//go:build tools

// Package tools pins an aggregated API server of the Kubernetes project; go.sum keeps its hashes.
package tools

import _ "k8s.io/sample-apiserver"
