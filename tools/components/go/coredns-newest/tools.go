//go:build tools

// Package tools pins the CoreDNS of the newest Kubernetes, for the nightly tests; go.sum keeps its hashes.
package tools

import _ "github.com/coredns/coredns"
